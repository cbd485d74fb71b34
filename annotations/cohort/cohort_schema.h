#pragma once

#include <array>

namespace annotations::detail {

/// Stands in the header of the store's file (application_id): "Limn".
inline constexpr int kApplicationId = 0x4C696D6E;

/// Each brings the store from the version of its place to the next; a store of version N has had the first N. `state <
/// 2` are the open ones (CaseState). `shuffle` is a fixed random order. `sentence` is the text as it came with the
/// import, whatever a reader made of it since: with the picture it tells cases apart.
inline constexpr std::array kMigrations{R"sql(
CREATE TABLE settings(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE studies(id INTEGER PRIMARY KEY, picture TEXT NOT NULL, slice INTEGER NOT NULL, digest TEXT NOT NULL,
  instance TEXT NOT NULL, columns INTEGER NOT NULL, rows INTEGER NOT NULL, text TEXT NOT NULL, split TEXT NOT NULL,
  state INTEGER NOT NULL, revision INTEGER NOT NULL, mask_revision INTEGER NOT NULL, entropy REAL NOT NULL,
  disagreement REAL NOT NULL, mismatch REAL NOT NULL, uncertainty REAL NOT NULL, shuffle INTEGER NOT NULL,
  claimed_by TEXT NOT NULL, claimed_until INTEGER NOT NULL, UNIQUE(digest, slice)) STRICT;
CREATE INDEX studies_by_state ON studies(state);
CREATE INDEX studies_by_instance ON studies(instance) WHERE instance <> '';
CREATE INDEX studies_by_reader ON studies(claimed_by) WHERE claimed_by <> '';
CREATE INDEX queue_by_uncertainty ON studies(uncertainty DESC, id) WHERE state < 2 AND split <> 'test';
CREATE INDEX queue_by_entropy ON studies(entropy DESC, id) WHERE state < 2 AND split <> 'test';
CREATE INDEX queue_by_disagreement ON studies(disagreement DESC, id) WHERE state < 2 AND split <> 'test';
CREATE INDEX queue_by_mismatch ON studies(mismatch DESC, id) WHERE state < 2 AND split <> 'test';
CREATE INDEX queue_by_shuffle ON studies(shuffle, id) WHERE state < 2 AND split <> 'test';
CREATE INDEX queue_by_id ON studies(id) WHERE state < 2 AND split <> 'test';
CREATE TABLE history(study INTEGER NOT NULL, revision INTEGER NOT NULL, action INTEGER NOT NULL,
  time INTEGER NOT NULL, who TEXT NOT NULL, model TEXT NOT NULL, model_version TEXT NOT NULL, model_sha256 TEXT NOT NULL,
  run INTEGER NOT NULL, text TEXT NOT NULL, model_text TEXT NOT NULL, threshold REAL NOT NULL, entropy REAL NOT NULL,
  disagreement REAL NOT NULL, mismatch REAL NOT NULL, mask_revision INTEGER NOT NULL, mask_file TEXT NOT NULL,
  note TEXT NOT NULL, conflicting INTEGER NOT NULL, PRIMARY KEY(study, revision)) STRICT, WITHOUT ROWID;
CREATE INDEX history_by_reader ON history(who, time);
CREATE TABLE skips(reader TEXT NOT NULL, study INTEGER NOT NULL, revision INTEGER NOT NULL, time INTEGER NOT NULL,
  PRIMARY KEY(reader, study)) STRICT, WITHOUT ROWID;
CREATE TABLE runs(id INTEGER PRIMARY KEY, name TEXT NOT NULL, settings TEXT NOT NULL, state INTEGER NOT NULL,
  who TEXT NOT NULL, started INTEGER NOT NULL, updated INTEGER NOT NULL, labelled INTEGER NOT NULL,
  unlabelled INTEGER NOT NULL, validation INTEGER NOT NULL, epochs INTEGER NOT NULL, best_epoch INTEGER NOT NULL,
  best_dice REAL NOT NULL, stage TEXT NOT NULL) STRICT;
CREATE TABLE curves(run INTEGER NOT NULL, epoch INTEGER NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL,
  value REAL NOT NULL, PRIMARY KEY(run, epoch, place)) STRICT, WITHOUT ROWID;
)sql",
    // What a model's run said of a case, a sentence a line.
    R"sql(
ALTER TABLE studies ADD COLUMN warnings TEXT NOT NULL DEFAULT '';
ALTER TABLE history ADD COLUMN warnings TEXT NOT NULL DEFAULT '';
)sql",
    R"sql(
CREATE TABLE cases(id INTEGER PRIMARY KEY, picture TEXT NOT NULL, slice INTEGER NOT NULL, digest TEXT NOT NULL,
  instance TEXT NOT NULL, columns INTEGER NOT NULL, rows INTEGER NOT NULL, text TEXT NOT NULL, split TEXT NOT NULL,
  state INTEGER NOT NULL, revision INTEGER NOT NULL, mask_revision INTEGER NOT NULL, entropy REAL NOT NULL,
  disagreement REAL NOT NULL, mismatch REAL NOT NULL, uncertainty REAL NOT NULL, shuffle INTEGER NOT NULL,
  claimed_by TEXT NOT NULL, claimed_until INTEGER NOT NULL, warnings TEXT NOT NULL,
  sentence TEXT NOT NULL, UNIQUE(digest, slice, sentence)) STRICT;
INSERT INTO cases SELECT *, COALESCE((SELECT history.text FROM history WHERE history.study = studies.id
  ORDER BY revision LIMIT 1), text) FROM studies;
DROP TABLE studies;
ALTER TABLE cases RENAME TO studies;
CREATE INDEX studies_by_state ON studies(state);
CREATE INDEX studies_by_instance ON studies(instance) WHERE instance <> '';
CREATE INDEX studies_by_reader ON studies(claimed_by) WHERE claimed_by <> '';
CREATE INDEX queue_by_uncertainty ON studies(uncertainty DESC, id) WHERE state < 2 AND split <> 'test';
CREATE INDEX queue_by_entropy ON studies(entropy DESC, id) WHERE state < 2 AND split <> 'test';
CREATE INDEX queue_by_disagreement ON studies(disagreement DESC, id) WHERE state < 2 AND split <> 'test';
CREATE INDEX queue_by_mismatch ON studies(mismatch DESC, id) WHERE state < 2 AND split <> 'test';
CREATE INDEX queue_by_shuffle ON studies(shuffle, id) WHERE state < 2 AND split <> 'test';
CREATE INDEX queue_by_id ON studies(id) WHERE state < 2 AND split <> 'test';
)sql"};

inline constexpr int kSchemaVersion = static_cast<int>(kMigrations.size());

} // namespace annotations::detail
