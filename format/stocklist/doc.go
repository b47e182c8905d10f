// Package stocklist reads a list of the stock that another system kept: one pack, case
// or logistic unit a line, as a spreadsheet or a warehouse program writes it.
//
// What it keeps true:
//
//   - A line is read whole or named with its number, its column and what to do; nothing
//     is guessed. What a spreadsheet does to numbers (1.23E+13, zeros cut off at the
//     front, a lot turned into a date) is told by name.
//   - The order of columns, their usual names, commas, semicolons, tabs, a byte order
//     mark and both ends of line make no difference.
//   - A file of any length needs the memory of one record.
//
// Identifiers follow the GS1 General Specifications; National Drug Codes 21 CFR 207.33.
// docs/reference/stock-list.md has the columns and the rules.
//
//	err := stocklist.Read(file, stocklist.Options{}, func(l *stocklist.Line) error {
//		return take(l)
//	}, func(f stocklist.Fault) error {
//		return show(f)
//	})
package stocklist
