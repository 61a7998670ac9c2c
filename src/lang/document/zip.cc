#include "lang/document/zip.h"

#include <zip.h>

#include <algorithm>

namespace saola::lang {
namespace {

constexpr std::int64_t kMaxEntries = 10'000;
constexpr std::uint64_t kSmallPart = 1U << 16U;  // tiny parts may be packed as tightly as they like

tl::unexpected<Error> damaged() {
    return fail(ErrorKind::kInvalidArgument, "document.damaged",
                "The DOCX file is damaged: its archive cannot be read.");
}

}  // namespace

struct ZipReader::State {
    contracts::ReaderLimits limits;
    zip_t* archive = nullptr;
    ~State() {
        if (archive != nullptr) zip_discard(archive);
    }
};

ZipReader::ZipReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
ZipReader::ZipReader(ZipReader&&) noexcept = default;
ZipReader::~ZipReader() = default;

Result<ZipReader> ZipReader::open(std::string_view bytes, const contracts::ReaderLimits& limits) {
    auto state = std::make_unique<State>();
    state->limits = limits;
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (source == nullptr) {
        zip_error_fini(&error);
        return damaged();
    }
    state->archive = zip_open_from_source(source, ZIP_RDONLY, &error);
    zip_error_fini(&error);
    if (state->archive == nullptr) {
        zip_source_free(source);
        return damaged();
    }
    const std::int64_t entries = zip_get_num_entries(state->archive, 0);
    if (entries > kMaxEntries) {
        return fail(ErrorKind::kTooLarge, "document.too_many_parts",
                    "The archive holds too many parts.", {},
                    "max_parts=" + std::to_string(kMaxEntries));
    }
    std::uint64_t total = 0;
    for (std::int64_t i = 0; i < entries; ++i) {
        zip_stat_t stat;
        zip_stat_init(&stat);
        if (zip_stat_index(state->archive, static_cast<std::uint64_t>(i), 0, &stat) != 0)
            return damaged();
        if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 &&
            stat.encryption_method != ZIP_EM_NONE) {
            return fail(ErrorKind::kUnsupported, "document.encrypted",
                        "The document is protected by a password. Remove it and try again.");
        }
        if ((stat.valid & ZIP_STAT_SIZE) == 0 || (stat.valid & ZIP_STAT_COMP_SIZE) == 0)
            return damaged();
        if (stat.size > limits.max_unpacked_bytes - std::min(total, limits.max_unpacked_bytes)) {
            return fail(ErrorKind::kTooLarge, "document.unpacked_too_large",
                        "The document unpacks to more than is read.", {},
                        "max_unpacked_bytes=" + std::to_string(limits.max_unpacked_bytes));
        }
        total += stat.size;
        const std::uint64_t packed = std::max<std::uint64_t>(stat.comp_size, 1);
        if (stat.size > kSmallPart && stat.size / packed > limits.max_compression_ratio) {
            return fail(ErrorKind::kTooLarge, "document.zip_bomb",
                        "A part of the document is packed far too tightly to be a real document.",
                        {},
                        "max_compression_ratio=" + std::to_string(limits.max_compression_ratio));
        }
    }
    return ZipReader(std::move(state));
}

Result<std::string> ZipReader::part(const std::string& name) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat(state_->archive, name.c_str(), 0, &stat) != 0) {
        return fail(ErrorKind::kNotFound, "document.no_part",
                    "The archive has no part " + name + ".");
    }
    if (stat.size > state_->limits.max_part_bytes) {
        return fail(ErrorKind::kTooLarge, "document.part_too_large",
                    "The part " + name + " of the archive is larger than is read.", {},
                    "max_part_bytes=" + std::to_string(state_->limits.max_part_bytes));
    }
    zip_file_t* file = zip_fopen_index(state_->archive, stat.index, 0);
    if (file == nullptr) return damaged();
    std::string out;
    char block[1U << 15U];
    for (;;) {
        const std::int64_t got = zip_fread(file, block, sizeof block);
        if (got <= 0) {
            zip_fclose(file);
            if (got < 0 || out.size() != stat.size) return damaged();
            return out;
        }
        // What the directory claims may be a lie: count what really comes out.
        out.append(block, static_cast<std::size_t>(got));
        if (out.size() > stat.size) {
            zip_fclose(file);
            return damaged();
        }
    }
}

}  // namespace saola::lang
