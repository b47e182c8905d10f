import { useMutation } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { raw } from '../api/client'
import { asProgram } from '../app/asProgram'
import { useKept } from '../app/kept'
import { useMe } from '../app/me'
import {
  addressOf,
  kindOf,
  type Modules,
  type Operation,
  type Parameter,
  resolve,
  type Schema,
  useModules,
  words,
} from '../app/openapi'
import { Fault, Skeleton } from '../parts/Fault'
import { Copy } from '../parts/Unit'
import { Fields, Value } from '../parts/Value'
import { useWords } from '../words'

const dryRun = 'dry_run' // the parameter of an act that can be asked whether it would be done

/** Act is a form for any act of the node, drawn from its schema. */
export function Act() {
  const t = useWords()
  const { act } = useParams({ strict: false }) as { act: string }
  const modules = useModules()
  const me = useMe()
  if (modules.isError && !modules.data) return <Fault error={modules.error} again={() => void modules.refetch()} />
  if (!modules.data || !me.data) return <Skeleton lines={6} />
  const found = modules.data.acts.find((a) => a.id === act)
  return found ? (
    <Form key={found.id} act={found} modules={modules.data} />
  ) : (
    <Fault error={new Error(t('fault.notFound'))} />
  )
}

type Filled = { values: Record<string, string>; body?: unknown }

/** readFilled is a form as it was left in this tab; what was cut off for its size is gone. */
function readFilled(text: string): Partial<Filled> {
  try {
    return JSON.parse(text) as Filled
  } catch {
    return {}
  }
}

function Form({ act, modules }: { act: Operation; modules: Modules }) {
  const t = useWords()
  const given = useSearch({ strict: false }) as Record<string, string>
  const kept = useKept(`do.${act.id}`)
  const [{ values, body }, setFilled] = useState<Filled>(() => ({ values: given, ...readFilled(kept.text) }))
  const fill = (change: Partial<Filled>) => {
    const next = { values, body, ...change }
    setFilled(next)
    kept.set(JSON.stringify(next))
  }
  const [files, setFiles] = useState<Record<string, File | undefined>>({})
  const schema = resolve(modules.document, act.body)
  const looks = act.parameters.some((p) => p.name === dryRun)
  const sent = async (look: boolean) => {
    const address = addressOf(act, look ? { ...values, [dryRun]: 'true' } : values)
    if (act.file) return raw(act.method, address, files.file)
    if (act.files.length === 0) return raw(act.method, address, act.body ? (body ?? {}) : undefined)
    const form = new FormData()
    for (const name of act.files) form.set(name, files[name] as File)
    return raw(act.method, address, form)
  }
  const send = useMutation({ mutationFn: () => sent(false), onSuccess: kept.taken })
  const check = useMutation({ mutationFn: () => sent(true) })
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault()
    const only = (e.nativeEvent as SubmitEvent).submitter?.getAttribute('value') === dryRun
    send.reset()
    check.reset()
    if (only) check.mutate()
    else send.mutate()
  }
  const answer = send.isSuccess ? send.data : check.data
  return (
    <>
      <div className="stack tight">
        <h1>{act.summary}</h1>
        {act.description ? <p className="quiet">{act.description}</p> : null}
      </div>
      <form className="stack" onSubmit={submit} style={{ maxWidth: 720 }}>
        {act.parameters
          .filter((p) => p.name !== dryRun)
          .map((p) => (
            <ParameterField
              key={p.name}
              p={p}
              value={values[p.name] ?? ''}
              set={(v) => fill({ values: { ...values, [p.name]: v } })}
            />
          ))}
        {(act.file ? ['file'] : act.files).map((name) => (
          <div className="field" key={name}>
            <label htmlFor={`file-${name}`}>
              {t('journey.step.document')} {act.file ? '' : name} ({t('module.required')})
            </label>
            <input
              id={`file-${name}`}
              type="file"
              required
              onChange={(e) => setFiles({ ...files, [name]: e.target.files?.[0] })}
            />
          </div>
        ))}
        {act.body ? (
          <SchemaField
            modules={modules}
            schema={schema}
            name=""
            at="body"
            value={body}
            set={(v) => fill({ body: v })}
            required
          />
        ) : null}
        <div className="row">
          <button type="submit" className="button main" disabled={send.isPending || check.isPending}>
            {t('module.send')}
          </button>
          {looks ? (
            <button type="submit" className="button" value={dryRun} disabled={send.isPending || check.isPending}>
              {t('module.check')}
            </button>
          ) : null}
        </div>
      </form>
      <Program
        line={asProgram(
          location.origin,
          act,
          values,
          body,
          Object.fromEntries(Object.entries(files).map(([name, f]) => [name, f?.name ?? 'FILE'])),
        )}
      />
      <section className="stack" aria-live="polite">
        {send.isError || check.isError ? <Fault error={send.error ?? check.error} /> : null}
        {send.isSuccess || check.isSuccess ? (
          <div className="card stack">
            <h2>{t(send.isSuccess ? 'module.done' : 'module.checked')}</h2>
            {answer === undefined || answer === null || answer === '' ? null : typeof answer === 'object' &&
              !Array.isArray(answer) ? (
              <Fields of={answer as Record<string, unknown>} />
            ) : (
              <Value name="" value={answer} />
            )}
          </div>
        ) : null}
      </section>
    </>
  )
}

/** Program is what a form sends as a program would send it, folded: only who writes programs wants it. */
function Program({ line }: { line: string }) {
  const t = useWords()
  return (
    <details style={{ maxWidth: 720 }}>
      <summary>{t('module.program')}</summary>
      <div className="stack tight">
        <p className="quiet">{t('module.programSays')}</p>
        <code className="code" style={{ overflowWrap: 'anywhere' }}>
          {line}
        </code>
        <p>
          <Copy text={line} />
        </p>
      </div>
    </details>
  )
}

function ParameterField({ p, value, set }: { p: Parameter; value: string; set: (v: string) => void }) {
  const t = useWords()
  const id = `p-${p.name}`
  const kind = kindOf(p.schema)
  return (
    <div className="field">
      <label htmlFor={id}>
        {words(p.name)}
        {p.required ? ` (${t('module.required')})` : ''}
      </label>
      {p.schema.enum || kind === 'boolean' ? (
        <select id={id} value={value} required={p.required} onChange={(e) => set(e.target.value)}>
          <option value="">{t('module.choose')}</option>
          {(p.schema.enum ?? [true, false]).map((v) => (
            <option key={String(v)} value={String(v)}>
              {v === true ? t('module.yes') : v === false ? t('module.no') : String(v)}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          value={value}
          required={p.required}
          maxLength={p.schema.maxLength}
          inputMode={kind === 'integer' ? 'numeric' : undefined}
          onChange={(e) => set(e.target.value)}
        />
      )}
      {p.description ? <p className="quiet small">{p.description}</p> : null}
    </div>
  )
}

type FieldProps = {
  modules: Modules
  schema: Schema
  name: string
  at: string
  value: unknown
  set: (v: unknown) => void
  required?: boolean
}

/** SchemaField is the field of a value of any schema. */
function SchemaField(props: FieldProps) {
  const { modules, name, at, value, set, required } = props
  const t = useWords()
  const schema = resolve(modules.document, props.schema)
  const kind = kindOf(schema)
  if (kind === 'object' && schema.properties) {
    const object = (value ?? {}) as Record<string, unknown>
    const fields = Object.entries(schema.properties).filter(([k]) => k !== '$schema')
    return (
      <fieldset
        className="stack"
        style={{
          border: name ? '1px solid var(--line)' : 0,
          borderRadius: 6,
          margin: 0,
          padding: name ? 16 : 0,
          minWidth: 0,
        }}
      >
        {name ? <legend>{words(name)}</legend> : null}
        {fields.map(([k, s]) => (
          <SchemaField
            key={k}
            modules={modules}
            schema={s}
            name={k}
            at={`${at}.${k}`}
            value={object[k]}
            required={schema.required?.includes(k)}
            set={(v) => {
              const next = { ...object, [k]: v }
              if (v === undefined) delete next[k]
              set(next)
            }}
          />
        ))}
      </fieldset>
    )
  }
  if (kind === 'array') return <ListField {...props} schema={schema} />
  const label = `${words(name)}${required ? ` (${t('module.required')})` : ''}`
  const id = at.replaceAll('.', '-')
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <Leaf id={id} schema={schema} kind={kind} value={value} set={set} required={required} />
      {schema.description ? <p className="quiet small">{schema.description}</p> : null}
    </div>
  )
}

function Leaf({
  id,
  schema,
  kind,
  value,
  set,
  required,
}: {
  id: string
  schema: Schema
  kind: string
  value: unknown
  set: (v: unknown) => void
  required?: boolean
}) {
  const t = useWords()
  const text =
    value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
  if (schema.enum || kind === 'boolean')
    return (
      <select
        id={id}
        value={text}
        required={required}
        onChange={(e) =>
          set(e.target.value === '' ? undefined : kind === 'boolean' ? e.target.value === 'true' : e.target.value)
        }
      >
        <option value="">{t('module.choose')}</option>
        {(schema.enum ?? [true, false]).map((v) => (
          <option key={String(v)} value={String(v)}>
            {v === true ? t('module.yes') : v === false ? t('module.no') : String(v)}
          </option>
        ))}
      </select>
    )
  if (kind === 'integer' || kind === 'number')
    return (
      <input
        id={id}
        type="number"
        step={kind === 'integer' ? 1 : 'any'}
        min={schema.minimum}
        max={schema.maximum}
        value={text}
        required={required}
        onChange={(e) => set(e.target.value === '' ? undefined : Number(e.target.value))}
      />
    )
  if (schema.format === 'date-time')
    return (
      <input
        id={id}
        type="datetime-local"
        step={1}
        required={required}
        onChange={(e) => set(e.target.value === '' ? undefined : new Date(e.target.value).toISOString())}
      />
    )
  return (
    <input
      id={id}
      value={text}
      maxLength={schema.maxLength}
      required={required}
      autoComplete="off"
      onChange={(e) => set(e.target.value === '' ? undefined : e.target.value)}
    />
  )
}

function ListField({ modules, schema, name, at, value, set, required }: FieldProps) {
  const t = useWords()
  const items = (Array.isArray(value) ? value : []) as unknown[]
  const item = resolve(modules.document, schema.items)
  const id = at.replaceAll('.', '-')
  // Texts stand a line each: a list of codes can be scanned or pasted.
  if (kindOf(item) === 'string' && !item.enum)
    return (
      <div className="field">
        <label htmlFor={id}>
          {words(name)}
          {required ? ` (${t('module.required')})` : ''}
        </label>
        <textarea
          id={id}
          required={required}
          value={items.join('\n')}
          onChange={(e) => set(e.target.value === '' ? undefined : e.target.value.split('\n'))}
          onBlur={() => set(items.filter((i) => String(i).trim() !== ''))}
        />
        <p className="quiet small">{schema.description || t('scan.batchLabel')}</p>
      </div>
    )
  return (
    <fieldset
      className="stack"
      style={{ border: '1px solid var(--line)', borderRadius: 6, margin: 0, padding: 16, minWidth: 0 }}
    >
      <legend>{words(name)}</legend>
      {schema.description ? <p className="quiet small">{schema.description}</p> : null}
      {items.map((v, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows are added and taken away at their place
        <div key={i} className="stack tight">
          <SchemaField
            modules={modules}
            schema={item}
            name={`${name} ${i + 1}`}
            at={`${at}.${i}`}
            value={v}
            set={(n) => set(items.map((o, k) => (k === i ? n : o)))}
          />
          <div>
            <button type="button" className="button small" onClick={() => set(items.filter((_, k) => k !== i))}>
              {t('module.remove')}
            </button>
          </div>
        </div>
      ))}
      <div>
        <button
          type="button"
          className="button"
          onClick={() => set([...items, kindOf(item) === 'object' ? {} : undefined])}
        >
          {t('module.add')}
        </button>
      </div>
    </fieldset>
  )
}
