// HTTP routes of module programme with their OpenAPI schemas. Handlers run on the worker pool.
#pragma once

#include "platform/router.h"
#include "programme/service.h"

namespace saola::programme {

// `service` must outlive the router.
void add_routes(platform::Router& router, Service& service);

}  // namespace saola::programme
