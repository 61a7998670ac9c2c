#include "programme/api.h"

#include "programme/api_support.h"

namespace saola::programme {

void add_routes(platform::Router& router, Service& service) {
    add_schemas(router);
    add_read_routes(router, service);
    add_document_routes(router, service);
    add_write_routes(router, service);
}

}  // namespace saola::programme
