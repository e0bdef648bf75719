#pragma once

#include "provisioner/guid.hpp"
#include "provisioner/http_message.hpp"
#include "provisioner/judge.hpp"
#include "provisioner/slot_record.hpp"
#include "provisioner/step.hpp"
#include "throttle/retry.hpp"

#include <doctest/doctest.h>

#include <array>
#include <ostream>
#include <sstream>
#include <string_view>
#include <vector>

// What a failed check of a decision shows: words instead of numbers.

namespace poolwright::test {

// doctest shows an enumerator as a number unless it finds a toString() beside its type.
template <class T>
doctest::String shown(T const& value) {
    std::ostringstream out;
    out << value;
    return out.str().c_str();
}

}  // namespace poolwright::test

namespace poolwright::throttle {

inline std::ostream& operator<<(std::ostream& out, reply_kind what) {
    constexpr std::array<std::string_view, 5> words{"done", "throttled", "replicating", "transient",
                                                    "permanent"};
    return out << words.at(static_cast<std::size_t>(what));
}

inline std::ostream& operator<<(std::ostream& out, throttle_scope what) {
    switch (what) {
        case throttle_scope::application_tenant:
            return out << "application_tenant";
        case throttle_scope::application:
            return out << "application";
        case throttle_scope::unnamed:
            return out << "unnamed";
        case throttle_scope::tenant:
            return out << "tenant";
    }
    return out << "?";
}

inline std::ostream& operator<<(std::ostream& out, throttled_calls what) {
    switch (what) {
        case throttled_calls::all:
            return out << "all";
        case throttled_calls::reads:
            return out << "reads";
        case throttled_calls::writes:
            return out << "writes";
    }
    return out << "?";
}

inline doctest::String toString(reply_kind what) {
    return poolwright::test::shown(what);
}
inline doctest::String toString(throttle_scope what) {
    return poolwright::test::shown(what);
}
inline doctest::String toString(throttled_calls what) {
    return poolwright::test::shown(what);
}

}  // namespace poolwright::throttle

namespace poolwright::provisioner {

inline std::ostream& operator<<(std::ostream& out, step what) {
    return out << to_string(what);
}

inline std::ostream& operator<<(std::ostream& out, http_method what) {
    return out << to_string(what);
}

inline std::ostream& operator<<(std::ostream& out, guid const& id) {
    return out << to_string(id);
}

inline std::ostream& operator<<(std::ostream& out, meaning what) {
    constexpr std::array<std::string_view, 12> words{
        "done",         "already_there",  "name_taken",       "absent",
        "wait",         "transient",      "token_refused",    "slot_pending",
        "slot_refused", "tenant_refused", "identity_refused", "untrusted"};
    return out << words.at(static_cast<std::size_t>(what));
}

inline std::ostream& operator<<(std::ostream& out, slot_state what) {
    constexpr std::array<std::string_view, 4> words{"open", "ready", "pending", "failed"};
    return out << words.at(static_cast<std::size_t>(what));
}

inline std::ostream& operator<<(std::ostream& out, slot_act what) {
    constexpr std::array<std::string_view, 4> words{"none", "create", "add_credential", "remove_credential"};
    return out << words.at(static_cast<std::size_t>(what));
}

template <class T>
std::ostream& operator<<(std::ostream& out, std::vector<T> const& all) {
    out << "[";
    for (std::size_t i = 0; i < all.size(); ++i) out << (i == 0 ? "" : ", ") << all[i];
    return out << "]";
}

inline doctest::String toString(step what) {
    return poolwright::test::shown(what);
}
inline doctest::String toString(http_method what) {
    return poolwright::test::shown(what);
}
inline doctest::String toString(meaning what) {
    return poolwright::test::shown(what);
}
inline doctest::String toString(slot_state what) {
    return poolwright::test::shown(what);
}
inline doctest::String toString(slot_act what) {
    return poolwright::test::shown(what);
}

}  // namespace poolwright::provisioner
