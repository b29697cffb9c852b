CREATE TABLE `entries` (
	`id` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`source` text NOT NULL,
	`key` text NOT NULL,
	`definition` text NOT NULL,
	`upstream_tags` text NOT NULL,
	`added_tags` text NOT NULL,
	`removed_tags` text NOT NULL,
	`enabled` integer NOT NULL,
	`deprecated` integer NOT NULL,
	`owner` text,
	`roles` text NOT NULL,
	`meta` text,
	`handler` text,
	`content` text,
	`present` integer NOT NULL,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `entries_source_type_key` ON `entries` (`source`,`type`,`key`);--> statement-breakpoint
CREATE TABLE `owner` (
	`id` integer PRIMARY KEY NOT NULL,
	`pid` integer NOT NULL,
	`started_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `servers` (
	`id` text PRIMARY KEY NOT NULL,
	`sequence` integer NOT NULL,
	`origin` text NOT NULL,
	`definition` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sources` (
	`id` text PRIMARY KEY NOT NULL,
	`sequence` integer NOT NULL,
	`kind` text NOT NULL,
	`origin` text NOT NULL,
	`definition` text NOT NULL,
	`negotiated` text,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
