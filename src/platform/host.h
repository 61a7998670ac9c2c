// One running Saola: opens the data directory (lock, keys, database, migrations), builds the
// services, configures the modules, and serves. Used by `saola serve` (open, serve, stop) and by
// the other commands (open only). Owned by main; open/serve/stop come from the main thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/address.h"
#include "platform/api.h"
#include "platform/module.h"

namespace saola::platform {

struct HostOptions {
    std::string data_dir;
    std::string database_url;  // empty: DIR/saola.db
    std::string version;
    const contracts::DocumentReader* documents = nullptr;
    bool create = true;  // false: kNotFound when the directory holds no installation
};

struct ServeOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;
    std::string certificate_file;
    std::string private_key_file;
    std::size_t workers = 4;
    std::size_t streams_per_actor = 20;  // open event streams of one person; 0: no limit
    std::vector<net::Network> trusted_proxies;
    GateOptions gate;
    net::Handler fallback;  // the console's files
};

class Host {
public:
    // Creates the directory (0700) when it is missing and may be made. kConflict: another process
    // holds it.
    [[nodiscard]] static Result<std::unique_ptr<Host>> open(
        const HostOptions& options, std::vector<std::unique_ptr<Module>> modules);
    ~Host();
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    [[nodiscard]] Platform& platform();
    [[nodiscard]] const std::vector<std::unique_ptr<Module>>& modules() const;
    [[nodiscard]] Directory& directory();
    [[nodiscard]] Sessions& sessions();

    [[nodiscard]] Status serve(const ServeOptions& options);
    [[nodiscard]] std::uint16_t port() const;  // after serve()
    // Finishes requests in flight until the deadline, ends streams and jobs, stops the modules.
    // Waits for a handler or job that does not notice: who cannot wait ends the process, which
    // loses no acknowledged write.
    void stop(std::chrono::milliseconds deadline);

private:
    struct Parts;
    explicit Host(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

// Whether there is an installation in the directory: its key, or its database where that is a file.
[[nodiscard]] bool holds_installation(const HostOptions& options);
// "sqlite:DIR/saola.db" unless a URL is given.
[[nodiscard]] std::string database_url_of(const HostOptions& options);

}  // namespace saola::platform
