CREATE TABLE `approvals` (
	`server` text NOT NULL,
	`entry` text NOT NULL,
	`state` text NOT NULL,
	`hash` text NOT NULL,
	`definition` text NOT NULL,
	`author_id` text NOT NULL,
	`author_kind` text NOT NULL,
	`decided_at` text NOT NULL,
	PRIMARY KEY(`server`, `entry`)
);
--> statement-breakpoint
CREATE INDEX `approvals_entry` ON `approvals` (`entry`);--> statement-breakpoint
CREATE TABLE `server_versions` (
	`server` text NOT NULL,
	`version` integer NOT NULL,
	`author_id` text NOT NULL,
	`author_kind` text NOT NULL,
	`definition` text NOT NULL,
	`created_at` text NOT NULL,
	PRIMARY KEY(`server`, `version`)
);
--> statement-breakpoint
INSERT INTO `server_versions` (`server`, `version`, `author_id`, `author_kind`, `definition`, `created_at`)
SELECT `id`, `version`, 'unknown', 'unknown', `definition`, `updated_at` FROM `servers`;
