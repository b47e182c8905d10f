// Package sheet reads tables that people and programs write as text: a first line with
// the names of columns, and a record on each other line (CSV, RFC 4180).
//
// What it keeps true:
//
//   - A file of any length needs the memory of one record, also where a quote is never
//     closed. Each limit has its name, and what is over it is told with its line.
//   - What is wrong with one line is told with its number, and the next is read.
//   - A byte order mark and both ends of line make no difference. What is no text (a
//     workbook, a zip archive, UTF-16) is told by name, with what to do.
//   - A cell is text: nothing of it is calculated, guessed or cut off.
//
// Windows-1252: the code page as the WHATWG Encoding standard has it, section 9.
//
//	s, err := sheet.Open(file, sheet.Options{Limits: sheet.Limits{Bytes: 1 << 20, Record: 64 << 10, Rows: 10_000, Columns: 50}})
//	for err == nil {
//		record, line, err = s.Next()
//	}
package sheet
