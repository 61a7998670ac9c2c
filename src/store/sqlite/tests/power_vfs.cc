#include "store/sqlite/tests/power_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <new>

#include "base/check.h"

namespace saola::store::sqlite::testing {
namespace {

constexpr std::uint64_t kSectorBytes = 512;

struct PowerFile {
    sqlite3_file base;  // first, as SQLite casts
    PowerDisk* disk;
    const char* path;  // SQLite keeps it alive until xClose; null for temporary files
    sqlite3_file* real;
};

PowerFile* self(sqlite3_file* file) { return reinterpret_cast<PowerFile*>(file); }
sqlite3_file* real(sqlite3_file* file) { return self(file)->real; }

int close(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }
int read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
    return real(file)->pMethods->xRead(real(file), out, size, offset);
}
int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    if (self(file)->path != nullptr)
        self(file)->disk->write(
            self(file)->path, static_cast<std::uint64_t>(offset),
            BytesView(static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)));
    return real(file)->pMethods->xWrite(real(file), data, size, offset);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (self(file)->path != nullptr)
        self(file)->disk->truncate(self(file)->path, static_cast<std::uint64_t>(size));
    return real(file)->pMethods->xTruncate(real(file), size);
}
int sync(sqlite3_file* file, int) {  // the real file needs no fsync: only the images count
    if (self(file)->path != nullptr) self(file)->disk->sync(self(file)->path);
    return SQLITE_OK;
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return real(file)->pMethods->xFileSize(real(file), size);
}
int lock(sqlite3_file* file, int level) { return real(file)->pMethods->xLock(real(file), level); }
int unlock(sqlite3_file* file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
}
int check_reserved(sqlite3_file* file, int* held) {
    return real(file)->pMethods->xCheckReservedLock(real(file), held);
}
int control(sqlite3_file* file, int operation, void* argument) {
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
}
int sector_size(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
int characteristics(sqlite3_file* file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
    return real(file)->pMethods->xShmMap(real(file), region, size, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
int shm_unmap(sqlite3_file* file, int remove) {
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

constexpr sqlite3_io_methods kMethods{2,
                                      close,
                                      read,
                                      write,
                                      truncate,
                                      sync,
                                      file_size,
                                      lock,
                                      unlock,
                                      check_reserved,
                                      control,
                                      sector_size,
                                      characteristics,
                                      shm_map,
                                      shm_lock,
                                      shm_barrier,
                                      shm_unmap,
                                      nullptr,
                                      nullptr};

}  // namespace

struct PowerDisk::Vfs {
    sqlite3_vfs base;  // first; the functions not replaced below are the real VFS's own
    sqlite3_vfs* real;
    PowerDisk* disk;

    static Vfs* of(sqlite3_vfs* vfs) { return reinterpret_cast<Vfs*>(vfs); }
    static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags,
                    int* out_flags) {
        PowerFile* const mine = self(file);
        mine->disk = of(vfs)->disk;
        mine->path = (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0 ? name : nullptr;
        mine->real = reinterpret_cast<sqlite3_file*>(mine + 1);
        const int rc = of(vfs)->real->xOpen(of(vfs)->real, name, mine->real, flags, out_flags);
        mine->base.pMethods = rc == SQLITE_OK ? &kMethods : nullptr;
        return rc;
    }
    static int remove(sqlite3_vfs* vfs, const char* name, int sync_directory) {
        of(vfs)->disk->remove(name);
        return of(vfs)->real->xDelete(of(vfs)->real, name, sync_directory);
    }
};

PowerDisk::PowerDisk(std::string vfs_name) : name_(std::move(vfs_name)), vfs_(new Vfs{}) {
    vfs_->real = sqlite3_vfs_find(nullptr);
    vfs_->disk = this;
    vfs_->base = *vfs_->real;
    vfs_->base.pNext = nullptr;
    vfs_->base.zName = name_.c_str();
    vfs_->base.szOsFile = static_cast<int>(sizeof(PowerFile)) + vfs_->real->szOsFile;
    vfs_->base.xOpen = &Vfs::open;
    vfs_->base.xDelete = &Vfs::remove;
    SAOLA_CHECK(sqlite3_vfs_register(&vfs_->base, /*makeDflt=*/0) == SQLITE_OK);
}

PowerDisk::~PowerDisk() {
    sqlite3_vfs_unregister(&vfs_->base);
    delete vfs_;
}

void PowerDisk::write(const std::string& path, std::uint64_t offset, BytesView data) {
    const std::lock_guard guard(mutex_);
    files_[path].pending.push_back({false, offset, Bytes(data.begin(), data.end())});
}
void PowerDisk::truncate(const std::string& path, std::uint64_t size) {
    const std::lock_guard guard(mutex_);
    files_[path].pending.push_back({true, size, {}});
}
void PowerDisk::sync(const std::string& path) {
    const std::lock_guard guard(mutex_);
    File& file = files_[path];
    for (const Change& change : file.pending) apply(file.durable, change);
    file.pending.clear();
    ++syncs_;
}
void PowerDisk::remove(const std::string& path) {
    const std::lock_guard guard(mutex_);
    files_.erase(path);
}
std::uint64_t PowerDisk::syncs() const {
    const std::lock_guard guard(mutex_);
    return syncs_;
}

void PowerDisk::apply(Bytes& content, const Change& change) {
    if (change.is_truncate) {
        content.resize(static_cast<std::size_t>(change.offset));
        return;
    }
    const std::size_t end = static_cast<std::size_t>(change.offset) + change.data.size();
    if (content.size() < end) content.resize(end);
    std::copy(change.data.begin(), change.data.end(),
              content.begin() + static_cast<std::ptrdiff_t>(change.offset));
}

PowerDisk::Image PowerDisk::crash_image(SeededRandom& random) {
    const std::lock_guard guard(mutex_);
    Image out;
    for (const auto& [path, file] : files_) {
        Bytes content = file.durable;
        // 0: nothing of the pending writes survives, 1: some, 2: all.
        const std::uint64_t luck = random.below(3);
        for (const Change& change : file.pending) {
            if (luck == 0 || (luck == 1 && random.below(2) == 0)) continue;
            Change kept = change;
            if (luck == 1 && !kept.is_truncate && random.below(4) == 0) {
                const std::uint64_t sectors = kept.data.size() / kSectorBytes + 1;
                const std::uint64_t torn = random.below(sectors) * kSectorBytes;
                kept.data.resize(static_cast<std::size_t>(torn));
            }
            apply(content, kept);
        }
        out[path] = std::move(content);
    }
    return out;
}

}  // namespace saola::store::sqlite::testing
