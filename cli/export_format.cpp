#include "cli/export_format.hpp"

#include "cli/delimited.hpp"
#include "cli/pretty_json.hpp"
#include "provisioner/base64.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace poolwright::cli {

namespace {

// RFC 3339; empty if it is not known.
std::string date_of(provisioner::wall_seconds at) {
    if (at == provisioner::wall_seconds{}) return {};
    return fmt::format("{:%FT%TZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(at)));
}

std::string id_or_empty(provisioner::guid const& id) {
    return id.empty() ? std::string() : to_string(id);
}

// Named members of one app in the order of the CSV; the key value stands after the first `before_key`.
struct export_cell {
    std::string_view title;
    std::string text;
};

constexpr std::size_t before_key = 2;

std::vector<export_cell> cells_of(export_pool const& pool, export_app const& app) {
    return {{"directory_id", to_string(pool.pool.directory_id)},
            {"application_id", to_string(app.application_id)},
            {"key_id", id_or_empty(app.key_id)},
            {"expires_at", date_of(app.expires_at)},
            {"display_name", app.display_name},
            {"pool", pool.pool.pool},
            {"ordinal", std::to_string(app.ordinal)},
            {"tenant_name", pool.pool.tenant_name},
            {"credential", app.certificate.empty() ? "secret" : "certificate"},
            {"certificate_file", app.certificate_file},
            {"thumbprint", app.thumbprint}};
}

void write_row(export_pool const& pool, export_app const& app, key_opener const& open, std::ostream& out) {
    auto const cells = cells_of(pool, app);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i == before_key) {
            if (open && app.certificate.empty()) write_quoted(open(pool, app).reveal(), out);
            out << ',';
        }
        write_csv_cell(without_formula(cells[i].text), out);
        out << (i + 1 == cells.size() ? '\n' : ',');
    }
}

void write_json_value(export_cell const& cell, std::ostream& out) {
    if (cell.title == "ordinal") {
        out << cell.text;
    } else if (cell.text.empty() && cell.title != "tenant_name") {
        out << "null";
    } else {
        write_json_string(cell.text, out);
    }
}

void write_object(export_pool const& pool, export_app const& app, key_opener const& open, std::ostream& out) {
    auto const cells = cells_of(pool, app);
    out << '{';
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i == before_key) {
            out << "\"key_value\":";
            if (open && app.certificate.empty()) {
                write_json_string(open(pool, app).reveal(), out);
            } else {
                out << "null";
            }
            out << ',';
        }
        out << '"' << cells[i].title << "\":";
        write_json_value(cells[i], out);
        out << (i + 1 == cells.size() ? '}' : ',');
    }
}

void write_commvault_app(export_pool const& pool, export_app const& app, key_opener const& open,
                         std::ostream& out) {
    out << R"({"azureDirectoryId":")" << to_string(pool.pool.directory_id) << R"(","azureAppId":")"
        << to_string(app.application_id) << '"';
    if (open) {
        auto const value = provisioner::encode_base64<provisioner::wiped_string>(open(pool, app).reveal());
        out << R"(,"azureAppKeyValue":")" << std::string_view(value) << '"';
    }
    out << R"(,"appStatus":1,"azureAppType":1})";
}

void write_commvault_tenant(std::span<export_pool const> tenant, key_opener const& open, std::ostream& out) {
    out << R"({"directory_id":")" << to_string(tenant.front().pool.directory_id)
        << R"(","azureAppList":{"azureApps":[)";
    std::string_view separator = "\n";
    for (auto const& pool : tenant) {
        for (auto const& app : pool.apps) {
            out << separator;
            write_commvault_app(pool, app, open, out);
            separator = ",\n";
        }
    }
    out << "\n]}}";
}

}  // namespace

std::span<export_pool const> first_tenant(std::span<export_pool const> pools) {
    auto const other = std::find_if(pools.begin(), pools.end(), [&](export_pool const& pool) {
        return pool.pool.directory_id != pools.front().pool.directory_id;
    });
    return pools.first(static_cast<std::size_t>(other - pools.begin()));
}

void write_export_csv(std::span<export_pool const> pools, key_opener const& open, std::ostream& out) {
    out << "directory_id,application_id,key_value,key_id,expires_at,display_name,pool,ordinal,tenant_name,"
           "credential,certificate_file,thumbprint\n";
    for (auto const& pool : pools) {
        for (auto const& app : pool.apps) write_row(pool, app, open, out);
    }
}

void write_export_json(std::span<export_pool const> pools, key_opener const& open, std::ostream& out) {
    out << '[';
    std::string_view separator = "\n";
    for (auto const& pool : pools) {
        for (auto const& app : pool.apps) {
            out << separator;
            write_object(pool, app, open, out);
            separator = ",\n";
        }
    }
    out << (pools.empty() ? "]\n" : "\n]\n");
}

void write_export_commvault(std::span<export_pool const> pools, key_opener const& open, std::ostream& out) {
    out << '[';
    bool const none = pools.empty();
    for (std::string_view separator = "\n"; !pools.empty(); separator = ",\n") {
        auto const tenant = first_tenant(pools);
        out << separator;
        write_commvault_tenant(tenant, open, out);
        pools = pools.subspan(tenant.size());
    }
    out << (none ? "]\n" : "\n]\n");
}

}  // namespace poolwright::cli
