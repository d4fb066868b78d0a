// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>

namespace storage {

/// The database cannot be used, or not any longer: it ends the run. What was committed before is kept.
class Error : public std::runtime_error {
 public:
  enum class Kind {
    not_a_database,  ///< some other file
    not_ours,        ///< a database of another program; it was not written to
    wrong_version,   ///< of a newer or an unknown schema
    held,            ///< another run holds it
    busy,            ///< another program has kept it locked for longer than we wait
    read_only,       ///< it cannot be written to
    missing,         ///< there is no such file, or it cannot be opened
    full,            ///< no room on the disk
    io,              ///< reading or writing failed
    corrupt,
    clash,  ///< a table that was asked for is somebody else's
    sql,    ///< a statement is wrong: a user's, or the database has not the tables that we expect
    other,
  };

  Error(Kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

}  // namespace storage
