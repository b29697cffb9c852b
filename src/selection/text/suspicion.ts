import { clean, hidesCharacters } from './clean.ts'

/** Why a text looks as if it was written for a model that chooses. */
export type Suspicion = 'imperative' | 'hidden_characters' | 'mixed_scripts' | 'encoded'

/** Text that speaks to whoever chooses instead of saying what a tool does. */
const IMPERATIVES: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instruct\w*|previous|prior|above|earlier|other|rules?|criteri\w+|prompt|everything)\b/i,
  /\b(?:always|must|should|shall|need to|have to|please|be sure to|make sure to)\b.{0,30}\b(?:select|choose|chosen|pick|picked|include|included|prefer|preferred|match|matched|recommend|rank|return this)/i,
  /\b(?:select|choose|pick|include|prefer|return|mark|approve|accept)\b.{0,20}\b(?:this|it|me|all|every|everything|index|indices|item|row \d+)\b/i,
  /\b(?:never|do not|don't|cannot|must not|avoid)\b.{0,30}\b(?:select\w*|choos\w*|pick\w*|us(?:e|ing)|call\w*|other)\b/i,
  /\b(?:system|developer|assistant|user)\s*(?:prompt|message|note|override|instruction|:)/i,
  /\byou (?:are|must|should|will|have to)\b|\byour (?:task|job|instructions?|answer|output|response)\b|\bas an? (?:ai|llm|language model|assistant|classifier)\b/i,
  /\b(?:criterion|criteria|classifier|verdict|picks?|json array|untrusted data)\b/i,
  /<\/?\s*(?:system|instructions?|user|assistant|important|admin|prompt|tool|data)\b|\[\/?(?:inst|system)\]|<\|/i,
  /"(?:picks|i|why)"\s*:/i,
  /\b(?:relevant|matches|suitable|applies|satisf\w+|qualif\w+)\b.{0,30}\b(?:every|any|all)\b.{0,20}\b(?:quer\w*|request\w*|question\w*|prompt\w*|categor\w*|criteri\w*|topic\w*|task\w*)\b/i,
  /\b(?:best|only|official|mandatory|required|highest priority|top priority)\b.{0,20}\b(?:tool|choice|option|first)\b/i,
  /ignorier\w*|ignora\w* (?:las|le|todas)|ignore[zr]\b|忽略|无视|必须选择|無視|игнорируй|выбер/i,
]

const ENCODED =
  /[A-Za-z0-9+/=_-]{80,}|(?:\\u[0-9a-f]{4}){4,}|(?:&#x?[0-9a-f]+;){4,}|(?:%[0-9a-f]{2}){6,}/i
/** One word of look-alike letters, such as a Latin word with a Cyrillic а. */
const MIXED =
  /(?=[\p{L}]*\p{Script=Latin})(?=[\p{L}]*[\p{Script=Cyrillic}\p{Script=Greek}])\p{L}{3,}/u

const LOOKED_AT = 8_000

/** Signs that an entry tries to talk its way in, over all its texts as they came. */
export function suspicionsOf(texts: readonly string[]): Suspicion[] {
  const raw = texts.join('\n').slice(0, LOOKED_AT)
  const text = clean(raw, LOOKED_AT)
  // Words written_like_this or l-i-k-e this are read like the others.
  const spaced = text.replace(/[_\-.]+/g, ' ')
  const found: Suspicion[] = []
  if (IMPERATIVES.some((pattern) => pattern.test(text) || pattern.test(spaced))) {
    found.push('imperative')
  }
  if (hidesCharacters(raw)) found.push('hidden_characters')
  if (MIXED.test(text)) found.push('mixed_scripts')
  if (ENCODED.test(text)) found.push('encoded')
  return found
}
