// SPDX-License-Identifier: MIT
#include "storage/sqlite/checkpointer.h"

#include <algorithm>
#include <utility>

#include "scraper/base/check.h"
#include "scraper/base/thread_name.h"

namespace storage::sqlite {
namespace {

constexpr int kLeastShare = 4;  // of pages_most, what the log has at least before it is copied
constexpr int kFileShare = 2;   // of the file
constexpr int kTailShare = 4;   // of pages_max, what the writer copies itself,
constexpr int kTailMost = 512;  // but no more than that

/// Where the writer waits: the disk is slower than it.
int pages_too_many(int pages_most) { return pages_most + 3 * std::min(pages_most, kWalPages); }

/// Returns how many pages of the log are in the file now.
int copy(Database& database) {
  int in_log = 0, copied = 0;
  sqlite3_wal_checkpoint_v2(database.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &in_log, &copied);
  return std::max(copied, 0);
}

/// The database's file. Past SQLite's own functions: nothing here may throw, nor read, which would hold the log.
sqlite3_file& file_of(Database& database) {
  sqlite3_file* file = nullptr;
  const int code = sqlite3_file_control(database.handle(), nullptr, SQLITE_FCNTL_FILE_POINTER, &file);
  SCRAPER_CHECK(code == SQLITE_OK && file != nullptr && file->pMethods != nullptr);
  return *file;
}

/// SQLite leaves that to the one who copies the end of the log, which would wait then for all that was copied before.
void sync(sqlite3_file& file) { file.pMethods->xSync(&file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY); }

int64_t bytes_of(sqlite3_file& file) {
  sqlite3_int64 bytes = 0;
  return file.pMethods->xFileSize(&file, &bytes) == SQLITE_OK ? bytes : 0;
}

}  // namespace

Checkpointer::Checkpointer(Database& writer, int pages_most)
    : writer_(writer), own_(writer.path(), Database::Mode::write), pages_most_(pages_most) {
  own_.execute("PRAGMA synchronous = NORMAL");
  page_bytes_ = own_.integer("PRAGMA page_size");
  file_bytes_ = bytes_of(file_of(own_));
  thread_ = std::jthread([this] { run(); });
  // In place of SQLite's own hook, which copies on the writer's thread.
  sqlite3_wal_hook(
      writer_.handle(),
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<Checkpointer*>(self)->on_commit(pages);
        return SQLITE_OK;
      },
      this);
}

Checkpointer::~Checkpointer() {
  sqlite3_wal_hook(writer_.handle(), nullptr, nullptr);
  state_ = State::ending;
  state_.notify_one();
}

void Checkpointer::run() noexcept {
  scraper::name_thread("checkpoint");
  for (;;) {
    state_.wait(State::at_rest);
    if (state_ == State::ending) return;
    copied_ = copy(own_);
    sync(file_of(own_));
    file_bytes_ = bytes_of(file_of(own_));
    State copying = State::copying;
    if (!state_.compare_exchange_strong(copying, State::at_rest)) return;
    state_.notify_one();
  }
}

void Checkpointer::on_commit(int pages) {
  if (pages < pages_) {
    log_is_new_ = true;
    due_ = 0;
  }
  pages_ = pages;
  if (pages < due_) return;
  const bool too_many = pages >= pages_too_many(pages_most_);
  if (state_ == State::copying) {
    if (!too_many) return;
    state_.wait(State::copying);
  }
  const int most = pages_max();
  if (pages < most) {
    due_ = most;
    return;
  }
  if (std::exchange(log_is_new_, false)) copied_ = 0;
  const int tail = std::min(most / kTailShare, kTailMost);
  if (too_many || pages - copied_ <= tail) {
    // Afterwards the log begins anew, unless somebody still reads what is in it.
    copied_ = copy(writer_);
    due_ = pages + tail;
    return;
  }
  state_ = State::copying;
  state_.notify_one();
}

void Checkpointer::set_pages_most(int pages) {
  if (pages == pages_most_) return;
  pages_most_ = pages;
  due_ = 0;
}

int Checkpointer::pages_max() const {
  const int64_t wished = file_bytes_ / page_bytes_ / kFileShare;
  return static_cast<int>(std::clamp<int64_t>(wished, pages_most_ / kLeastShare, pages_most_));
}

}  // namespace storage::sqlite
