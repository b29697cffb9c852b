CREATE TABLE `grants` (
	`id` text PRIMARY KEY NOT NULL,
	`binding` text NOT NULL,
	`grant` text NOT NULL,
	`updated_at` text NOT NULL
);
