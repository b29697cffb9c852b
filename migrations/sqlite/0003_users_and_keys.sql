CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`user` text NOT NULL,
	`name` text,
	`prefix` text NOT NULL,
	`digest` text NOT NULL,
	`roles` text,
	`servers` text,
	`expires_at` text,
	`last_used_at` text,
	`created_at` text NOT NULL,
	FOREIGN KEY (`user`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_prefix` ON `api_keys` (`prefix`);--> statement-breakpoint
CREATE INDEX `api_keys_user` ON `api_keys` (`user`);--> statement-breakpoint
CREATE TABLE `closed_door` (
	`id` integer PRIMARY KEY NOT NULL,
	`since` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`roles` text NOT NULL,
	`groups` text NOT NULL,
	`attributes` text NOT NULL,
	`disabled` integer NOT NULL,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
