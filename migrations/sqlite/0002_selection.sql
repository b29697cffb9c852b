CREATE TABLE `chosen_entries` (
	`rule` text PRIMARY KEY NOT NULL,
	`ids` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `llm_spend` (
	`day` text NOT NULL,
	`profile` text NOT NULL,
	`tokens` integer NOT NULL,
	PRIMARY KEY(`day`, `profile`)
);
--> statement-breakpoint
CREATE TABLE `vectors` (
	`model` text NOT NULL,
	`hash` text NOT NULL,
	`vector` blob NOT NULL,
	`used_at` text NOT NULL,
	PRIMARY KEY(`model`, `hash`)
);
--> statement-breakpoint
CREATE TABLE `verdicts` (
	`fingerprint` text NOT NULL,
	`hash` text NOT NULL,
	`chosen` integer,
	`reason` text,
	`profile` text NOT NULL,
	`model` text NOT NULL,
	`at` text NOT NULL,
	PRIMARY KEY(`fingerprint`, `hash`)
);
