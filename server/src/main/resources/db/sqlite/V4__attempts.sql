-- First requests that carried an Idempotency-Key.

CREATE TABLE attempt (
  project_id      TEXT NOT NULL REFERENCES project (id),
  idempotency_key TEXT NOT NULL,
  fingerprint     TEXT NOT NULL, -- of method, path and body
  created_at      BIGINT NOT NULL,
  resource_id     TEXT,          -- of what it makes, known before it is made
  answer          TEXT,          -- JSON; null while it runs, or if it isn't kept
  PRIMARY KEY (project_id, idempotency_key)
);
CREATE INDEX attempt_by_age ON attempt (created_at);
