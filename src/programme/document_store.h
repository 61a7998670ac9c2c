// Original files, content-addressed in <data dir>/documents/<sha256>, with their extracted text in
// <sha256>.txt beside them. Written atomically (temporary file, fsync, rename, fsync of the
// folder), never changed, so a crash leaves either nothing or the whole file. Parsed documents are
// cached. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "contracts/document.h"
#include "contracts/document_reader.h"

namespace saola::programme {

class DocumentStore {
public:
    // `reader` may be null (a build without module lang): then read() answers kUnsupported.
    DocumentStore(std::string data_dir, const contracts::DocumentReader* reader);

    // Reads and keeps a file; the same bytes again change nothing on disk.
    [[nodiscard]] Result<std::shared_ptr<const contracts::Document>> add(
        std::string_view name, std::string_view bytes, const contracts::StopCheck& stopped = {});
    // A kept file, parsed (from memory or again from disk). kNotFound when it is not held,
    // kDataLoss when its bytes no longer have their hash.
    [[nodiscard]] Result<std::shared_ptr<const contracts::Document>> load(
        const std::string& sha256, const std::string& name) const;
    [[nodiscard]] bool holds(const std::string& sha256) const;
    [[nodiscard]] std::string path(const std::string& sha256) const;

private:
    [[nodiscard]] std::shared_ptr<const contracts::Document> cached(
        const std::string& sha256) const;
    void remember(std::shared_ptr<const contracts::Document> document) const;

    std::string dir_;
    const contracts::DocumentReader* reader_;
    mutable std::mutex mutex_;
    mutable std::vector<std::shared_ptr<const contracts::Document>> cache_;  // most recent first
};

// The whole of a regular file (never waits for a pipe), refused over `max_bytes` with the limit
// named.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::uint64_t max_bytes,
                                            bool follow_links = true);
// Atomic and durable: readers see the old file or the new one.
[[nodiscard]] Status write_file(const std::string& path, std::string_view bytes,
                                unsigned mode = 0644);
// Whether write_file() could write there: asked before something is done that cannot be undone.
[[nodiscard]] Status check_writable(const std::string& path);

}  // namespace saola::programme
