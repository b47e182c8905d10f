/** save gives the person a file; in a drill its name says so. */
export function save(name: string, kind: string, content: BlobPart) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([content], { type: kind }))
  link.download = document.documentElement.hasAttribute('data-drill') ? `drill-${name}` : name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
