CREATE TABLE `guard_failures` (
	`guard` text NOT NULL,
	`caller` text NOT NULL,
	`count` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`guard`, `caller`)
);
--> statement-breakpoint
CREATE TABLE `guard_steps` (
	`secret` text PRIMARY KEY NOT NULL,
	`step` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `guards` (
	`id` text PRIMARY KEY NOT NULL,
	`origin` text NOT NULL,
	`definition` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
