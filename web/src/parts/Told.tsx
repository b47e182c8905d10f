import { type Said, useTold } from '../words/told'

/** Told is a text of the node in the reader's language; where it has none, as the node wrote it, and marked so. */
export function Told({ said, text }: { said: Said | undefined; text: string }) {
  const told = useTold()(said, text)
  return <span lang={told.lang}>{told.text}</span>
}
