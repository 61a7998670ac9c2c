#include "base/error.h"

namespace saola {

int http_status(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::kInvalidArgument: return 400;
        case ErrorKind::kUnauthenticated: return 401;
        case ErrorKind::kPermissionDenied: return 403;
        case ErrorKind::kNotFound: return 404;
        case ErrorKind::kConflict: return 409;
        case ErrorKind::kTooLarge: return 413;
        case ErrorKind::kUnsupported: return 415;
        case ErrorKind::kUnprocessable: return 422;
        case ErrorKind::kResourceExhausted: return 429;
        case ErrorKind::kCancelled:
        case ErrorKind::kUnavailable: return 503;
        case ErrorKind::kStorage: return 507;
        case ErrorKind::kDataLoss:
        case ErrorKind::kInternal: return 500;
    }
    return 500;
}

int exit_code(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::kInvalidArgument:
        case ErrorKind::kUnsupported: return 2;
        case ErrorKind::kUnauthenticated:
        case ErrorKind::kPermissionDenied: return 3;
        case ErrorKind::kNotFound: return 4;
        case ErrorKind::kConflict: return 5;
        case ErrorKind::kTooLarge:
        case ErrorKind::kResourceExhausted: return 6;
        case ErrorKind::kUnprocessable: return 7;
        case ErrorKind::kCancelled:
        case ErrorKind::kUnavailable: return 8;
        case ErrorKind::kStorage: return 9;
        case ErrorKind::kDataLoss: return 10;
        case ErrorKind::kInternal: return 70;
    }
    return 70;
}

std::string_view to_string(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::kInvalidArgument: return "invalid_argument";
        case ErrorKind::kUnauthenticated: return "unauthenticated";
        case ErrorKind::kPermissionDenied: return "permission_denied";
        case ErrorKind::kNotFound: return "not_found";
        case ErrorKind::kConflict: return "conflict";
        case ErrorKind::kTooLarge: return "too_large";
        case ErrorKind::kUnsupported: return "unsupported";
        case ErrorKind::kUnprocessable: return "unprocessable";
        case ErrorKind::kResourceExhausted: return "resource_exhausted";
        case ErrorKind::kCancelled: return "cancelled";
        case ErrorKind::kUnavailable: return "unavailable";
        case ErrorKind::kStorage: return "storage";
        case ErrorKind::kDataLoss: return "data_loss";
        case ErrorKind::kInternal: return "internal";
    }
    return "internal";
}

std::string to_string(const Error& error) {
    std::string out = error.code + ": " + error.message;
    if (error.field.empty() && error.limit.empty()) return out;
    out += " (";
    if (!error.field.empty()) out += "field=" + error.field;
    if (!error.limit.empty()) out += (error.field.empty() ? "limit: " : ", limit: ") + error.limit;
    return out + ")";
}

}  // namespace saola
