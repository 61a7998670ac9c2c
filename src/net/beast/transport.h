// Bytes of one connection, plain or TLS, behind one interface, so that the connection's coroutine
// is compiled once. Each function is used from the loop that owns the socket; one read and one
// write may be under way at a time. Cancel by cancelling or closing socket().
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <tuple>

#include "base/result.h"

namespace saola::net {

namespace asio = boost::asio;
using IoResult = std::tuple<boost::system::error_code, std::size_t>;

class Transport {
public:
    virtual ~Transport() = default;
    [[nodiscard]] virtual asio::awaitable<boost::system::error_code> handshake() = 0;
    [[nodiscard]] virtual asio::awaitable<IoResult> read_some(asio::mutable_buffer to) = 0;
    [[nodiscard]] virtual asio::awaitable<IoResult> write_all(asio::const_buffer from) = 0;
    // Writes what goes without waiting; 0 when that is nothing. Saves a trip through the loop.
    [[nodiscard]] virtual std::size_t write_now(asio::const_buffer from) = 0;
    // Says goodbye (TLS close_notify, then FIN); the peer may still send.
    [[nodiscard]] virtual asio::awaitable<void> end_write() = 0;
    [[nodiscard]] virtual asio::ip::tcp::socket& socket() = 0;
    [[nodiscard]] virtual bool tls() const = 0;
};

[[nodiscard]] std::unique_ptr<Transport> make_plain_transport(asio::ip::tcp::socket socket);

// Certificate and settings of one TLS server; immutable and shared by its connections.
class TlsContext {
public:
    virtual ~TlsContext() = default;
    // kInvalidArgument when a file cannot be read or key and certificate do not belong together.
    [[nodiscard]] static Result<std::shared_ptr<TlsContext>> load(
        const std::string& certificate_file, const std::string& private_key_file);
    [[nodiscard]] virtual std::unique_ptr<Transport> wrap(asio::ip::tcp::socket socket) = 0;
};

}  // namespace saola::net
