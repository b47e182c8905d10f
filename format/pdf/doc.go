// Package pdf writes pages of text as a PDF document: PDF 1.7 (ISO 32000-1) with the
// standard fonts Helvetica, Helvetica-Bold and Courier, which every reader has, and
// without any dependency.
//
// What it keeps true:
//
//   - No character is lost. What WinAnsiEncoding (ISO 32000-1, annex D) doesn't have
//     is written as \u{XXXX}; control characters too, so that nothing is hidden.
//   - A line that is wider than the page is broken, between words where it can be;
//     nothing is cut off.
//   - Each page says which it is, and of how many.
//   - The same text gives the same bytes: no clock and no chance take part.
//   - A bookmark leads to the place where it was set (the outline, ISO 32000-1, 12.3.3).
//   - Text is only text: the document has no script, no link, no form and no file.
//
// Example:
//
//	d := pdf.New("Transaction information")
//	d.Heading("Shipment DEL-2001")
//	d.Line("Sold by Sample Manufacturer")
//	_, err := d.WriteTo(file)
package pdf
