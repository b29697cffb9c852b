import { type Command, Option } from 'commander'
import { fromText, type Loaded, loadSettings } from '../config/load.ts'
import { FILE_ONLY, type SettingKey, settingsSchema, variableOf } from '../config/settings.ts'

/** A secret on a command line is readable by everybody on the machine. */
const NOT_FLAGS: readonly SettingKey[] = [...FILE_ONLY, 'admin_token']

/** Adds a flag for every setting that may have one. */
export function addSettingsFlags(command: Command): Command {
  command.option('-c, --config <file>', 'configuration file (FACET_CONFIG, else facet.yaml)')
  for (const [key, schema] of Object.entries(settingsSchema.shape)) {
    if (NOT_FLAGS.includes(key as SettingKey)) continue
    // A setting that is on or off is switched on by its name alone.
    const value = schema.safeParse(true).success ? '[value]' : '<value>'
    const flag = `--${key.replaceAll('_', '-')} ${value}`
    const description = `${schema.description} (${variableOf(key as SettingKey)})`
    command.addOption(new Option(flag, description).argParser((text) => fromText(text, schema)))
  }
  return command
}

/** The settings of the file, the environment and the flags of a command. */
export function settingsOf(flags: Record<string, unknown>): Loaded {
  const { config, ...rest } = flags
  const known = Object.entries(rest).flatMap(([flag, value]) => {
    const key = flag.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    return key in settingsSchema.shape ? [[key, value]] : []
  })
  return loadSettings({
    environment: process.env,
    flags: Object.fromEntries(known),
    file: config as string | undefined,
  })
}
