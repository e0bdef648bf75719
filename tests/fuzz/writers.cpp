#include "cli/delimited.hpp"
#include "cli/export_format.hpp"
#include "cli/html_text.hpp"
#include "cli/pretty_json.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "planner/plan.hpp"
#include "planner/wording.hpp"
#include "tests/fuzz/independent_readers.hpp"
#include "tests/fuzz/input.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <sstream>

// What is written for other programs and for people, read back by a reader that shares no code with it. A
// letter for the form and the texts, each ending with 0x1f: Csv, Tsv, Markdown and taBle (rows of three),
// Json text, Html text, Export (display name, key value, pool, tenant name), Visible text, pLan (numbers and
// names of a row).

namespace poolwright::fuzz {

namespace {

namespace json = boost::json;
using namespace cli;

constexpr std::size_t cells_in_row = 3;

csv_table rows_of(std::string_view bytes) {
    auto texts = split(bytes);
    texts.resize((texts.size() + cells_in_row - 1) / cells_in_row * cells_in_row);
    csv_table rows;
    for (std::size_t i = 0; i < texts.size(); i += cells_in_row)
        rows.emplace_back(texts.begin() + static_cast<std::ptrdiff_t>(i),
                          texts.begin() + static_cast<std::ptrdiff_t>(i + cells_in_row));
    return rows;
}

bool is_formula(std::string_view cell) {
    return !cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos;
}

// The cell of a spreadsheet that stands for a text: the text itself, or, where that would be a formula, the
// text behind an apostrophe.
void check_cell(std::string_view cell, std::string_view text) {
    require(!is_formula(cell), "no cell begins a formula");
    require(cell == text || (is_formula(text) && cell == "'" + std::string(text)), "a cell is its text");
}

using row_writer = void (*)(std::span<std::string const>, std::ostream&);

std::string written(csv_table const& rows, row_writer write) {
    std::ostringstream out;
    for (auto const& row : rows) write(row, out);
    return out.str();
}

void check_rows(std::optional<csv_table> const& read, csv_table const& rows) {
    require(read.has_value() && read->size() == rows.size(), "another reader finds the same rows");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        require((*read)[i].size() == cells_in_row, "another reader finds the same cells");
        for (std::size_t k = 0; k < cells_in_row; ++k) check_cell((*read)[i][k], rows[i][k]);
    }
}

void check_on_terminal(std::string_view shown, bool lines_stay) {
    while (!shown.empty()) {
        auto const c = next_character(shown);
        require(c.is_valid, "what is shown is UTF-8");
        require(!is_dangerous(c.value) || (lines_stay && c.value == '\n'),
                "nothing moves the cursor or turns a text");
    }
}

void fuzz_markdown(csv_table const& rows) {
    auto const text = written(rows, write_markdown);
    check_on_terminal(text, true);
    auto const read = read_markdown(text);
    require(read.has_value() && read->size() == rows.size(), "another reader finds the same rows");
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t k = 0; k < cells_in_row; ++k)
            require((*read)[i].at(k) == visible(rows[i][k]), "a cell is its visible text");
}

// Each line is as wide as it may be, and its first cell is what it was.
void fuzz_table(input& in) {
    std::size_t const width = in.byte();
    auto rows = rows_of(in.rest());
    for (auto& row : rows)
        for (auto& cell : row) cell = visible(cell);
    std::ostringstream out;
    print_table({{"A", false, 0}, {"B", true}, {"C", false, 6}}, rows, {width, false}, out);
    auto const text = out.str();
    check_on_terminal(text, true);
    require(std::count(text.begin(), text.end(), '\n') == static_cast<std::ptrdiff_t>(rows.size() + 1),
            "there is a line for every row and one for the titles");
    std::istringstream lines(text);
    std::string line;
    std::getline(lines, line);
    for (auto const& row : rows) {
        std::getline(lines, line);
        auto const last = row[0].find_last_not_of(' ');
        if (last != std::string::npos)
            require(line.starts_with(row[0].substr(0, last + 1)), "a cell is as it was");
    }
}

void fuzz_visible(std::string_view text) {
    check_on_terminal(visible(text), false);
    check_on_terminal(visible_lines(text), true);
    auto const shown = visible(text);
    require(visible(shown) == shown, "what is visible stays as it is");
    for (std::size_t const width : {std::size_t{1}, std::size_t{7}, std::size_t{40}}) {
        require(display_width(shortened(shown, width)) <= width, "a text is cut to its width");
        check_on_terminal(wrapped(shown, 2, width), true);
    }
    std::size_t in = 0;
    for (auto rest = text; !rest.empty(); ++in) next_character(rest);
    require(shown.size() >= in, "nothing of a text is left out");
    auto const sentence = planner::shown(text);
    require(sentence.size() >= 2 && sentence.size() < 60 * 4 + 8, "what is quoted in a sentence is short");
    for (std::string_view rest = sentence; !rest.empty();) {
        auto const c = next_character(rest);
        require(c.value >= 0x20 && c.value != 0x7f, "what is quoted in a sentence has no control characters");
    }
}

// The tags of a sentence, which are <code> and </code> in turn.
std::size_t take_code_tags(std::string& html) {
    std::size_t tags = 0;
    for (std::size_t from = 0;; ++tags) {
        std::string_view const tag = tags % 2 == 0 ? "<code>" : "</code>";
        auto const at = html.find(tag, from);
        if (at == std::string::npos) break;
        html.erase(at, tag.size());
        from = at;
    }
    return tags;
}

void fuzz_html(std::string_view text) {
    require(read_html(html_text(text)) == std::string(text), "a text is the same in HTML, and no markup");
    auto html = html_sentence(text);
    auto const tags = take_code_tags(html);
    std::string expected(text);
    for (std::size_t i = 0; i < tags; ++i) expected.erase(expected.find('`'), 1);
    require(tags % 2 == 0 && std::count(expected.begin(), expected.end(), '`') <= 1,
            "what stands in backticks is code");
    require(read_html(html) == expected, "a sentence is the same in HTML");
    if (!is_utf8(text)) return;
    std::ostringstream out;
    write_script_json(json::value{{text, text}}, out);
    require(out.str().find('<') == std::string::npos, "no document ends the script element around it");
    require(read_json(out.str()) == json::value{{text, text}}, "a document is the same in a script element");
}

void fuzz_json(std::string_view text) {
    if (!is_utf8(text)) return;
    std::ostringstream one;
    write_json_string(text, one);
    require(read_json(one.str()) == json::value(text), "a text is the same in JSON");

    json::object document{
        {text, json::array{text, json::object{{"n", nullptr}, {text, 0.1}}, json::array{}, -1}}};
    document["empty"] = json::object{};
    std::ostringstream out;
    print_json(document, out);
    require(read_json(out.str()) == json::value(document), "a document is the same in JSON");
}

// An export with one app.
struct exported {
    export_pool pool;
    std::string key_value;
    [[nodiscard]] std::string written(export_writer write, bool with_keys) const {
        std::ostringstream out;
        key_opener const open = [&](export_pool const&, export_app const&) {
            return provisioner::secret(key_value);
        };
        write({&pool, 1}, with_keys ? open : key_opener(), out);
        return out.str();
    }
};

exported export_of(input& in) {
    exported made;
    export_app app;
    app.application_id = *provisioner::parse_guid("01234567-89ab-4def-8123-456789abcdef");
    app.display_name = in.text();
    made.key_value = in.text();
    made.pool.pool.pool = in.text();
    made.pool.pool.tenant_name = in.text();
    app.ordinal = in.byte();
    if (app.ordinal % 2 == 0) {
        app.key_id = app.application_id;
        app.expires_at = provisioner::wall_seconds(std::chrono::seconds(in.seconds()));
    }
    made.pool.apps.push_back(app);
    return made;
}

void check_csv_export(exported const& what) {
    for (bool const with_keys : {true, false}) {
        auto const read = read_csv(what.written(write_export_csv, with_keys), ',', false);
        require(read.has_value() && read->size() == 2 && (*read)[1].size() == 12 && (*read)[0].size() == 12,
                "another reader finds the titles and the app");
        auto const& row = (*read)[1];
        require(row[2] == (with_keys ? what.key_value : ""), "the key value is never changed");
        check_cell(row[5], what.pool.apps[0].display_name);
        check_cell(row[6], what.pool.pool.pool);
        check_cell(row[8], what.pool.pool.tenant_name);
        for (std::size_t i = 0; i < row.size(); ++i)
            require(i == 2 || !is_formula(row[i]), "no cell begins a formula");
    }
}

void check_json_export(exported const& what) {
    auto const plain = read_json(what.written(write_export_json, true));
    auto const& app = plain.as_array().at(0).as_object();
    require(app.at("key_value") == json::value(what.key_value), "the key value is never changed");
    require(app.at("tenant_name") == json::value(what.pool.pool.tenant_name), "a name is as it was");
    auto const& shown = app.at("display_name");
    require(shown.is_null() ? what.pool.apps[0].display_name.empty()
                            : shown == json::value(what.pool.apps[0].display_name),
            "a name is as it was");
    auto const product = read_json(what.written(write_export_commvault, true));
    auto const& first = product.as_array().at(0).at("azureAppList").at("azureApps").as_array().at(0);
    auto const value = read_base64(std::string_view(first.at("azureAppKeyValue").as_string()));
    require(value == what.key_value, "the key value is never changed");
}

// In a PowerShell block a name is part of a comment, and cannot end it.
void check_block(exported const& what) {
    std::istringstream lines(what.written(write_ews_allow_list, false));
    auto const text = lines.str();
    check_on_terminal(text, true);
    exported plain = what;
    plain.pool.pool.tenant_name = "Contoso";
    auto const other = plain.written(write_ews_allow_list, false);
    auto const commands = [](std::string const& block) {
        std::string out;
        std::istringstream in(block);
        for (std::string line; std::getline(in, line);)
            if (!line.starts_with('#')) out += line + '\n';
        return out;
    };
    require(commands(text) == commands(other), "a name is no command");
}

void fuzz_export(input& in) {
    auto const what = export_of(in);
    check_csv_export(what);
    check_block(what);
    auto const& app = what.pool.apps[0];
    bool const utf8 = is_utf8(app.display_name) && is_utf8(what.key_value) && is_utf8(what.pool.pool.pool) &&
                      is_utf8(what.pool.pool.tenant_name);
    if (utf8) check_json_export(what);
}

planner::planned_pool pool_of(input& in) {
    planner::planned_pool pool;
    for (auto* text : {&pool.tenant_id, &pool.name, &pool.workload, &pool.pool, &pool.rule,
                       &pool.redirect_uri, &pool.cloud, &pool.reason})
        *text = in.text();
    for (auto* number : {&pool.mailboxes, &pool.apps, &pool.existing, &pool.to_create, &pool.surplus})
        *number = static_cast<std::int64_t>(in.number() % 1'000'000'001);
    if (in.byte() % 2 == 1) pool.next_app_at = static_cast<std::int64_t>(1 + in.number() % 1'000'000'000);
    return pool;
}

std::string plan_text(planner::plan const& what) {
    std::ostringstream out;
    planner::plan_writer writer(out);
    writer.begin(what.header, what.plan_id);
    for (auto const& pool : what.pools) writer.add(pool);
    writer.end(what.totals);
    return out.str();
}

void check_row(json::object const& row, planner::planned_pool const& pool) {
    auto const is = [&](std::string_view key, json::value const& value) {
        require(row.at(key) == value, "a member of a plan is as it was");
    };
    is("tenant_id", json::value(pool.tenant_id));
    is("name", json::value(pool.name));
    is("pool", json::value(pool.pool));
    is("redirect_uri", json::value(pool.redirect_uri));
    is("reason", json::value(pool.reason));
    is("mailboxes", pool.mailboxes);
    is("apps", pool.apps);
    is("existing", pool.existing);
    is("to_create", pool.to_create);
    is("surplus", pool.surplus);
    is("next_app_at", pool.next_app_at ? json::value(*pool.next_app_at) : json::value(nullptr));
}

void fuzz_plan(input& in) {
    planner::plan plan;
    plan.header.rule = planner::built_in_rules().front();
    plan.header.profile = planner::built_in_profiles().front();
    plan.header.growth_percent = in.byte();
    while (!in.empty() && plan.pools.size() < 4) plan.pools.push_back(pool_of(in));
    planner::plan_digest digest(plan.header);
    for (auto const& pool : plan.pools) {
        for (auto const* text : {&pool.tenant_id, &pool.name, &pool.workload, &pool.pool, &pool.rule,
                                 &pool.redirect_uri, &pool.cloud, &pool.reason})
            if (!is_utf8(*text)) return;
        digest.add(pool);
        plan.totals.add(pool);
    }
    plan.plan_id = digest.finish();
    auto const text = plan_text(plan);
    auto const document = read_json(text);
    auto const& rows = document.as_object().at("tenants").as_array();
    require(rows.size() == plan.pools.size(), "a plan has a row for every pool");
    for (std::size_t i = 0; i < rows.size(); ++i) check_row(rows[i].as_object(), plan.pools[i]);
    if (auto const read = planner::parse_plan(text, "plan.json", planner::most_apps))
        require(read->pools == plan.pools && read->plan_id == plan.plan_id,
                "a plan is the same when it is read");
}

}  // namespace

void fuzz(std::string_view bytes) {
    input in(bytes);
    switch (in.byte()) {
        case 'C': {
            auto const rows = rows_of(in.rest());
            return check_rows(read_csv(written(rows, write_csv), ',', false), rows);
        }
        case 'T': {
            auto const rows = rows_of(in.rest());
            return check_rows(read_tsv(written(rows, write_tsv)), rows);
        }
        case 'M':
            return fuzz_markdown(rows_of(in.rest()));
        case 'B':
            return fuzz_table(in);
        case 'J':
            return fuzz_json(in.rest());
        case 'H':
            return fuzz_html(in.rest());
        case 'E':
            return fuzz_export(in);
        case 'V':
            return fuzz_visible(in.rest());
        case 'L':
            return fuzz_plan(in);
        default:
            return;
    }
}

}  // namespace poolwright::fuzz
