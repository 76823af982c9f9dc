-- One row for each fee: a session of a container, of billing.session at most. Rows outlive their container.

CREATE TABLE session_fee (
  container_id TEXT NOT NULL,    -- no reference: see above
  number       INTEGER NOT NULL, -- which of the container's sessions, from 0
  project_id   TEXT NOT NULL REFERENCES project (id),
  api_key_id   TEXT,             -- the key that made the container; null where none is needed
  started_at   BIGINT NOT NULL,
  ended_at     BIGINT,           -- null while it is open
  price        TEXT NOT NULL,    -- US dollars, an exact decimal
  PRIMARY KEY (container_id, number)
);
CREATE INDEX session_fee_by_project ON session_fee (project_id, started_at);
CREATE INDEX session_fee_open ON session_fee (started_at) WHERE ended_at IS NULL;

ALTER TABLE container ADD COLUMN api_key_id TEXT;
CREATE INDEX container_ended ON container (ended_at) WHERE ended_at IS NOT NULL;
