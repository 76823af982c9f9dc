-- Times are Unix milliseconds. The SQL stays within what SQLite and PostgreSQL share.

CREATE TABLE project (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL
);

CREATE TABLE api_key (
  id         TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project (id),
  name       TEXT NOT NULL,
  sha256     TEXT NOT NULL UNIQUE, -- of the secret; the secret itself is kept nowhere
  shown      TEXT NOT NULL,        -- its first and last characters, for people
  created_at BIGINT NOT NULL,
  revoked_at BIGINT
);

CREATE TABLE file (
  id         TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project (id),
  filename   TEXT NOT NULL,
  purpose    TEXT NOT NULL,
  bytes      BIGINT NOT NULL,
  sha256     TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT
);
CREATE INDEX file_by_project ON file (project_id, created_at);
CREATE INDEX file_by_content ON file (sha256);

CREATE TABLE container (
  id             TEXT PRIMARY KEY,
  project_id     TEXT NOT NULL REFERENCES project (id),
  name           TEXT NOT NULL,
  created_at     BIGINT NOT NULL,
  last_active_at BIGINT NOT NULL,
  idle_seconds   BIGINT NOT NULL,
  memory_bytes   BIGINT NOT NULL,
  auto           INTEGER NOT NULL,
  image_digest   TEXT NOT NULL,
  ended_at       BIGINT
);
CREATE INDEX container_by_project ON container (project_id, created_at);
CREATE INDEX container_living ON container (ended_at) WHERE ended_at IS NULL;

CREATE TABLE container_file (
  id           TEXT PRIMARY KEY,
  container_id TEXT NOT NULL REFERENCES container (id),
  path         TEXT NOT NULL, -- absolute
  bytes        BIGINT NOT NULL,
  source       TEXT NOT NULL, -- USER, ASSISTANT
  created_at   BIGINT NOT NULL,
  sha256       TEXT,          -- null: too large to be stored
  file_id      TEXT,          -- the Files API's file it is a copy of
  version      TEXT,          -- the sandbox's mark of the content
  deleted_at   BIGINT
);
CREATE INDEX container_file_by_container ON container_file (container_id, created_at);
CREATE UNIQUE INDEX container_file_by_path ON container_file (container_id, path) WHERE deleted_at IS NULL;
CREATE INDEX container_file_by_content ON container_file (sha256);

CREATE TABLE file_card (
  project_id TEXT NOT NULL REFERENCES project (id),
  sha256     TEXT NOT NULL,
  path       TEXT NOT NULL,
  text       TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (project_id, sha256, path)
);

CREATE TABLE response (
  id                   TEXT PRIMARY KEY,
  project_id           TEXT NOT NULL REFERENCES project (id),
  created_at           BIGINT NOT NULL,
  previous_response_id TEXT,
  container_id         TEXT, -- the one that its code ran in
  status               TEXT NOT NULL,
  body                 TEXT NOT NULL  -- the response object, JSON
);
CREATE INDEX response_by_project ON response (project_id, created_at);

CREATE TABLE response_item (
  response_id TEXT NOT NULL REFERENCES response (id) ON DELETE CASCADE,
  position    INTEGER NOT NULL,
  id          TEXT NOT NULL,
  direction   TEXT NOT NULL, -- input, output
  body        TEXT NOT NULL, -- JSON
  PRIMARY KEY (response_id, direction, position)
);
CREATE INDEX response_item_by_id ON response_item (id);
