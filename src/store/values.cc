#include "store/values.h"

#include <cmath>
#include <string>

#include "base/text.h"
#include "store/limits.h"

namespace saola::store {
namespace {

auto parameter_error(ErrorKind kind, std::string code, std::string message, std::size_t index,
                     std::string limit = {}) {
    return fail(kind, std::move(code), std::move(message), "parameter " + std::to_string(index + 1),
                std::move(limit));
}

Status check_text(const std::string& text, std::size_t index) {
    if (text.size() > kMaxValueBytes)
        return parameter_error(ErrorKind::kTooLarge, "store.value_too_large", "a text is too large",
                               index, "max_value_bytes=" + std::to_string(kMaxValueBytes));
    if (text.find('\0') != std::string::npos || !text::is_valid_utf8(text))
        return parameter_error(ErrorKind::kInvalidArgument, "store.text_invalid",
                               "a text holds a zero byte or is not UTF-8; store it as a blob",
                               index);
    return {};
}

}  // namespace

Status check_params(std::span<const Value> params) {
    if (params.size() > kMaxParameters)
        return fail(ErrorKind::kInvalidArgument, "store.too_many_parameters",
                    "a statement has too many parameters", {},
                    "max_parameters=" + std::to_string(kMaxParameters));
    for (std::size_t i = 0; i < params.size(); ++i) {
        if (const auto* const text = std::get_if<std::string>(&params[i])) {
            SAOLA_TRY_STATUS(check_text(*text, i));
        } else if (const auto* const blob = std::get_if<Bytes>(&params[i])) {
            if (blob->size() > kMaxValueBytes)
                return parameter_error(ErrorKind::kTooLarge, "store.value_too_large",
                                       "a blob is too large", i,
                                       "max_value_bytes=" + std::to_string(kMaxValueBytes));
        } else if (const auto* const real = std::get_if<double>(&params[i])) {
            if (!std::isfinite(*real))
                return parameter_error(ErrorKind::kInvalidArgument, "store.not_finite",
                                       "a number is not finite", i);
        }
    }
    return {};
}

}  // namespace saola::store
