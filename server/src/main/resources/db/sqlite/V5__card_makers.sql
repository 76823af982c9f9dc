-- Which version of image and code has made a card: another one may see more in the same file.

ALTER TABLE file_card ADD COLUMN maker TEXT NOT NULL DEFAULT '';
