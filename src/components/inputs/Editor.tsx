/**
 * The reader's own input: typed or pasted, from a file chosen or dropped, points also by clicks.
 * What cannot be used is said below, and what was there before stays.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { longestText, readable } from '../../lab/inputs/parse';
import type { Kind } from '../../lab/inputs/types';
import type { Input } from '../../model/experiments/types';
import { Plane } from './Plane';

export interface EditorProps {
  id: string;
  kind: Kind;
  /** What stands there now. */
  written: string;
  /** Throws a sentence. */
  read(text: string): Input;
  use(input: Input): void;
  close(): void;
}

export function Editor({ id, kind, written, read: readText, use, close }: EditorProps) {
  const read = (text: string) => readText(readable(text));
  const [text, setText] = useState(written);
  const [trouble, setTrouble] = useState('');
  const [over, setOver] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);

  const attempt = (work: () => void) => {
    try {
      setTrouble('');
      work();
    } catch (error) {
      setTrouble((error as Error).message);
    }
  };
  const take = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > longestText) {
      setTrouble(`“${file.name}” has ${file.size} bytes; at most ${longestText} can be read.`);
      return;
    }
    const content = await file.text();
    setText(content);
    attempt(() => void read(content));
  };
  const size = sizeOf(kind, text, read);
  return (
    <section
      class="lab-editor"
      aria-label={`Editor of ${id}: ${kind.own}`}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer?.files[0]);
      }}
    >
      {kind.kind === 'points' && <Plane text={text} set={setText} />}
      <label for={id} class="lab-name">
        {kind.help}
      </label>
      <textarea
        id={id}
        ref={field}
        rows={8}
        spellcheck={false}
        value={text}
        aria-describedby={`${id}-trouble`}
        aria-invalid={trouble ? true : undefined}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <p id={`${id}-trouble`} class="lab-editor-words" role="status">
        {trouble || size}
      </p>
      <div class="lab-editor-bar">
        <button type="button" onClick={() => attempt(() => use(read(text)))}>
          Use it
        </button>
        <label class="lab-file">
          <span>From a file</span>
          <input type="file" onChange={(event) => void take(event.currentTarget.files?.[0])} />
        </label>
        <button type="button" class="lab-quiet" onClick={close}>
          Cancel
        </button>
      </div>
    </section>
  );
}

/** What the text would be, or nothing where it cannot be read yet. */
function sizeOf(kind: Kind, text: string, read: EditorProps['read']): string {
  try {
    return kind.say(read(text));
  } catch {
    return '';
  }
}
