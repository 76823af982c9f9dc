-- The edition of the API: a key's own, if it has one; a container's, whose rules it follows.

ALTER TABLE api_key ADD COLUMN edition TEXT;
ALTER TABLE container ADD COLUMN edition TEXT NOT NULL DEFAULT 'guide';
