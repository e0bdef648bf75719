#pragma once

#include "examples/sandbox/document_reader.hpp"
#include "examples/sandbox/tenant_fault.hpp"

// One entry of "tenants" in a document of schema poolwright.faults/1.

namespace poolwright::sandbox {

// Without the tenant's name. Problems go to `reading`.
tenant_fault read_tenant_fault(document_reader& reading, boost::json::object const& tenant,
                               std::string const& place);

}  // namespace poolwright::sandbox
