#include "cli/version_command.hpp"

#include "cli/pretty_json.hpp"

#include <boost/json/object.hpp>
#include <boost/version.hpp>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sodium.h>

#include <string>

namespace poolwright::cli {

namespace {

std::string boost_version() {
    return fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100);
}

std::string compiler_version() {
#ifdef __clang__
    return "clang " __clang_version__;
#else
    return "gcc " __VERSION__;
#endif
}

}  // namespace

std::string_view own_version() noexcept {
    return POOLWRIGHT_VERSION;
}

exit_code run_version(common_options const& common, std::ostream& out) {
    if (common.output == "json") {
        print_json(boost::json::object{{"schema", "poolwright.version/1"},
                                       {"name", "poolwright"},
                                       {"version", own_version()},
                                       {"compiler", compiler_version()},
                                       {"boost", boost_version()},
                                       {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
                                       {"sodium", sodium_version_string()}},
                   out);
    } else {
        out << "poolwright " << own_version() << '\n';
    }
    return done;
}

}  // namespace poolwright::cli
