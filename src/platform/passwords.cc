#include "platform/passwords.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <semaphore>

#include "base/text.h"

namespace saola::platform {
namespace {

// Beginnings and whole words that lists of leaked passwords hold most; what remains after taking
// them (and digits and signs) away must still be something. Lower case, unmarked.
constexpr std::array kCommon = {
    "password", "passw0rd",  "p@ssw0rd",  "p@ssword",   "matkhau",   "qwertyuiop",
    "qwerty",   "asdfghjkl", "zxcvbnm",   "1q2w3e4r5t", "1qaz2wsx",  "administrator",
    "admin",    "welcome",   "letmein",   "iloveyou",   "anhyeuem",  "emyeuanh",
    "changeme", "default",   "trustno1",  "sunshine",   "princess",  "football",
    "dragon",   "monkey",    "master",    "superman",   "batman",    "vietnam",
    "hanoi",    "saigon",    "hochiminh", "saola",      "secret",    "abcdefghijkl",
    "abc123",   "abcd1234",  "abcdef",    "test",       "guest",     "root",
    "user",     "login",     "company",   "computer",   "internet",  "google",
    "facebook", "samsung",   "nguyen",    "yeuem",      "khongbiet", "congty",
    "chinhphu", "quocgia",
};

tl::unexpected<Error> weak(std::string message, std::string limit = {}) {
    return fail(ErrorKind::kInvalidArgument, "identity.weak_password", std::move(message),
                "password", std::move(limit));
}

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

void remove_all(std::string& text, std::string_view word) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at))
        text.erase(at, word.size());
}

// 'abcd', '4321', 'aaaa': neighbours differ by one step, the same way.
bool is_sequence(std::string_view text) {
    if (text.size() < 2) return true;
    const int step = text[1] - text[0];
    if (step < -1 || step > 1) return false;
    for (std::size_t i = 1; i < text.size(); ++i)
        if (text[i] - text[i - 1] != step) return false;
    return true;
}

bool is_repetition(std::string_view text) {
    for (std::size_t period = 1; period <= 4 && period * 2 <= text.size(); ++period) {
        bool same = true;
        for (std::size_t i = period; i < text.size() && same; ++i)
            same = text[i] == text[i - period];
        if (same) return true;
    }
    return false;
}

}  // namespace

Status check_password_policy(std::string_view password, std::string_view account_name) {
    if (password.size() > kMaxPasswordBytes)
        return weak("The password is too long.",
                    "max_password_bytes=" + std::to_string(kMaxPasswordBytes));
    if (!text::is_valid_utf8(password)) return weak("The password is not valid UTF-8.");
    const std::string normal = text::to_nfc(password);
    if (characters(normal) < kMinPasswordCharacters)
        return weak("The password needs at least " + std::to_string(kMinPasswordCharacters) +
                        " characters.",
                    "min_password_characters=" + std::to_string(kMinPasswordCharacters));
    std::string rest = text::fold_unmarked(normal);
    if (is_sequence(rest) || is_repetition(rest))
        return weak("The password is a simple sequence or repetition; use several words.");
    remove_all(rest, text::fold_unmarked(account_name));
    for (const char* word : kCommon) remove_all(rest, word);
    std::string letters = rest;
    std::erase_if(letters, [](char c) {
        return (c >= '0' && c <= '9') ||
               std::string_view(" !@#$%^&*()-_=+.,;:?/").find(c) != std::string_view::npos;
    });
    // Digits and signs around a common word, or only a date, are what guessing programs try first.
    if (letters.size() < 3 && rest.size() < kMinPasswordCharacters)
        return weak(
            "The password is a common word with additions; use several words nobody would guess.");
    std::string digits = rest;
    std::erase_if(digits, [](char c) { return c < '0' || c > '9'; });
    if (digits.size() == rest.size() &&
        (is_sequence(rest) || rest.find("123456") != std::string::npos))
        return weak("The password is a simple row of digits; use several words.");
    return {};
}

struct PasswordHasher::State {
    explicit State(const HasherLimits& given) : limits(given), turns(given.max_at_once) {}

    // False when no turn came in time.
    bool acquire() { return turns.try_acquire_for(std::chrono::milliseconds(limits.max_wait_ms)); }

    const HasherLimits limits;
    std::counting_semaphore<64> turns;
    std::string decoy;  // verified in place of a missing account's password
};

namespace {

struct Turn {
    explicit Turn(std::counting_semaphore<64>& given) : turns(given) {}
    ~Turn() { turns.release(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    std::counting_semaphore<64>& turns;
};

tl::unexpected<Error> busy(const HasherLimits& limits) {
    return fail(ErrorKind::kResourceExhausted, "identity.busy",
                "Too many people are signing in at this moment; try again shortly.", {},
                "max_password_hashes_at_once=" + std::to_string(limits.max_at_once));
}

}  // namespace

PasswordHasher::PasswordHasher(const HasherLimits& limits)
    : state_(std::make_unique<State>(limits)) {}
PasswordHasher::~PasswordHasher() = default;

Status PasswordHasher::prepare() {
    SAOLA_TRY(state_->decoy,
              crypto::hash_password("no account has this password", state_->limits.cost));
    return {};
}

Result<std::string> PasswordHasher::hash(std::string_view password) {
    if (!state_->acquire()) return busy(state_->limits);
    const Turn turn(state_->turns);
    return crypto::hash_password(text::to_nfc(password), state_->limits.cost);
}

Result<bool> PasswordHasher::verify(std::string_view phc, std::string_view password) {
    if (!state_->acquire()) return busy(state_->limits);
    const Turn turn(state_->turns);
    const bool known = !phc.empty();
    const bool matches =
        crypto::verify_password(known ? phc : std::string_view(state_->decoy),
                                text::to_nfc(password.substr(0, kMaxPasswordBytes)));
    return known && matches && password.size() <= kMaxPasswordBytes;
}

bool PasswordHasher::needs_rehash(std::string_view phc) const {
    return crypto::needs_rehash(phc, state_->limits.cost);
}

}  // namespace saola::platform
