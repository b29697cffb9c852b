CREATE TABLE `hidden` (
	`caller` text NOT NULL,
	`entry` text NOT NULL,
	PRIMARY KEY(`caller`, `entry`)
);
--> statement-breakpoint
CREATE INDEX `hidden_entry` ON `hidden` (`entry`);--> statement-breakpoint
CREATE TABLE `policies` (
	`id` text PRIMARY KEY NOT NULL,
	`origin` text NOT NULL,
	`definition` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
