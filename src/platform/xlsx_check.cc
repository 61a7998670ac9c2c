#include "platform/xlsx_check.h"

#include <zlib.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace saola::platform {
namespace {

constexpr std::size_t kEndRecordBytes = 22;
constexpr std::size_t kEntryBytes = 46;
constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kMaxDirectoryBytes = 1U << 20U;  // ours hold about a dozen parts
constexpr std::size_t kChunkBytes = 64U << 10U;
constexpr std::size_t kHeadBytes = 512;
constexpr std::size_t kTailBytes = 128;

struct FileCloser {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

struct Entry {
    std::string name;
    std::uint32_t method = 0, crc = 0, packed = 0, size = 0, offset = 0;
};

std::uint32_t little(std::string_view bytes, std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = count; i-- > 0;)
        value = (value << 8U) | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

std::optional<std::string> read_at(std::FILE* file, std::uint64_t offset, std::size_t size) {
    std::string out(size, '\0');
    if (std::fseek(file, static_cast<long>(offset), SEEK_SET) != 0) return std::nullopt;
    if (std::fread(out.data(), 1, size, file) != size) return std::nullopt;
    return out;
}

// We write no archive comment, so the end record is the last 22 bytes.
std::optional<std::vector<Entry>> read_directory(std::FILE* file) {
    if (std::fseek(file, 0, SEEK_END) != 0) return std::nullopt;
    const long length = std::ftell(file);
    if (length < static_cast<long>(kEndRecordBytes)) return std::nullopt;
    const auto total = static_cast<std::uint64_t>(length);
    const auto end = read_at(file, total - kEndRecordBytes, kEndRecordBytes);
    if (!end || little(*end, 0, 4) != 0x06054b50U) return std::nullopt;
    const std::uint32_t size = little(*end, 12, 4);
    const std::uint32_t offset = little(*end, 16, 4);
    if (size > kMaxDirectoryBytes || std::uint64_t{offset} + size + kEndRecordBytes != total)
        return std::nullopt;
    const auto directory = read_at(file, offset, size);
    if (!directory) return std::nullopt;
    std::vector<Entry> entries;
    for (std::size_t at = 0; at + kEntryBytes <= directory->size();) {
        if (little(*directory, at, 4) != 0x02014b50U) return std::nullopt;
        const std::size_t name = little(*directory, at + 28, 2);
        if (at + kEntryBytes + name > directory->size()) return std::nullopt;
        entries.push_back({directory->substr(at + kEntryBytes, name),
                           little(*directory, at + 10, 2), little(*directory, at + 16, 4),
                           little(*directory, at + 20, 4), little(*directory, at + 24, 4),
                           little(*directory, at + 42, 4)});
        at += kEntryBytes + name + little(*directory, at + 30, 2) + little(*directory, at + 32, 2);
    }
    if (entries.size() != little(*end, 10, 2)) return std::nullopt;
    return entries;
}

// What is kept of a part while it streams through.
struct Part {
    std::uint32_t crc = 0;
    std::uint64_t size = 0;
    std::string head, tail;

    void add(std::string_view bytes) {
        crc = static_cast<std::uint32_t>(::crc32(crc, reinterpret_cast<const Bytef*>(bytes.data()),
                                                 static_cast<uInt>(bytes.size())));
        size += bytes.size();
        if (head.size() < kHeadBytes) head += bytes.substr(0, kHeadBytes - head.size());
        tail += bytes.substr(bytes.size() - std::min(bytes.size(), kTailBytes));
        if (tail.size() > kTailBytes) tail.erase(0, tail.size() - kTailBytes);
    }
};

bool inflate_part(std::FILE* file, std::uint32_t packed, Part& part) {
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return false;
    const std::unique_ptr<z_stream, void (*)(z_stream*)> guard(&stream,
                                                               [](z_stream* s) { inflateEnd(s); });
    std::array<char, kChunkBytes> in{};
    std::array<char, kChunkBytes> out{};
    int state = Z_OK;
    while (packed > 0 && state != Z_STREAM_END) {
        const std::size_t want = std::min<std::size_t>(packed, in.size());
        if (std::fread(in.data(), 1, want, file) != want) return false;
        packed -= static_cast<std::uint32_t>(want);
        stream.next_in = reinterpret_cast<Bytef*>(in.data());
        stream.avail_in = static_cast<uInt>(want);
        do {
            stream.next_out = reinterpret_cast<Bytef*>(out.data());
            stream.avail_out = static_cast<uInt>(out.size());
            state = inflate(&stream, Z_NO_FLUSH);
            if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) return false;
            part.add({out.data(), out.size() - stream.avail_out});
        } while (stream.avail_out == 0 && state != Z_STREAM_END);
    }
    return state == Z_STREAM_END && packed == 0;
}

bool stored_part(std::FILE* file, std::uint32_t packed, Part& part) {
    std::array<char, kChunkBytes> in{};
    while (packed > 0) {
        const std::size_t want = std::min<std::size_t>(packed, in.size());
        if (std::fread(in.data(), 1, want, file) != want) return false;
        part.add({in.data(), want});
        packed -= static_cast<std::uint32_t>(want);
    }
    return true;
}

// "<?xml ...?><root ...> ... </root>": the root of the head is closed at the very end.
bool ends_with_root(const Part& part) {
    std::size_t begin = part.head.find('<');
    while (begin != std::string::npos && begin + 1 < part.head.size() &&
           part.head[begin + 1] == '?')
        begin = part.head.find('<', begin + 1);
    if (begin == std::string::npos) return false;
    const std::size_t end = part.head.find_first_of(" \t\r\n/>", begin);
    if (end == std::string::npos) return false;
    const std::string name = part.head.substr(begin + 1, end - begin - 1);
    std::string_view tail = part.tail;
    while (!tail.empty() && (tail.back() == '\n' || tail.back() == '\r')) tail.remove_suffix(1);
    const bool only_root =
        part.size <= kHeadBytes && part.head.find('<', begin + 1) == std::string::npos;
    return tail.ends_with("</" + name + ">") || (only_root && tail.ends_with("/>"));
}

bool is_whole(std::FILE* file, const Entry& entry) {
    const auto local = read_at(file, entry.offset, kLocalBytes);
    if (!local || little(*local, 0, 4) != 0x04034b50U) return false;
    const std::uint64_t data =
        std::uint64_t{entry.offset} + kLocalBytes + little(*local, 26, 2) + little(*local, 28, 2);
    if (std::fseek(file, static_cast<long>(data), SEEK_SET) != 0) return false;
    Part part;
    const bool read = entry.method == 0 ? stored_part(file, entry.packed, part)
                                        : inflate_part(file, entry.packed, part);
    return read && part.crc == entry.crc && part.size == entry.size && ends_with_root(part);
}

}  // namespace

Status check_xlsx(const std::string& path) {
    const auto incomplete = [](const std::string& what) {
        return fail(ErrorKind::kStorage, "platform.xlsx_incomplete",
                    "the workbook could not be written whole (" + what + "): is the disk full?");
    };
    const File file(std::fopen(path.c_str(), "rb"));
    if (!file) return incomplete("it cannot be opened");
    const auto entries = read_directory(file.get());
    if (!entries || entries->empty()) return incomplete("its directory is cut");
    for (const Entry& entry : *entries)
        if (!is_whole(file.get(), entry)) return incomplete("part " + entry.name + " is cut");
    return {};
}

}  // namespace saola::platform
