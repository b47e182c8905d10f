package tiview

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strings"

	"pedigree/internal/vault"
)

// answerPage has the parts of an answer's page: its beginning, its end, and one document.
var answerPage = template.Must(template.Must(page.Clone()).ParseFS(pages, "answer.html"))

// deeper puts the headings of a document's page under those of the answer. A name that
// looks like a heading was escaped before.
var deeper = strings.NewReplacer("<h3", "<h5", "</h3", "</h5", "<h2", "<h4", "</h2", "</h4", "<h1", "<h3", "</h1", "</h3")

// WriteHTML writes an answer as a page without any script: what was asked, the table, and
// the TI and TS of each document, one after another. It has an end that says so.
func (d *Documents) WriteHTML(ctx context.Context, a *Answer, out io.Writer) error {
	if err := answerPage.ExecuteTemplate(out, "begin", a); err != nil {
		return err
	}
	err := d.eachForm(ctx, a, func(row *AnswerRow, p *Printed) error {
		var part bytes.Buffer
		if err := page.ExecuteTemplate(&part, "document", p); err != nil {
			return err
		}
		fmt.Fprintf(out, "<article id=\"document-%d\" aria-label=\"Document %d\">\n", row.Number, row.Number)
		if _, err := deeper.WriteString(out, part.String()); err != nil {
			return err
		}
		_, err := io.WriteString(out, "</article>\n")
		return err
	})
	if err != nil {
		return err
	}
	return answerPage.ExecuteTemplate(out, "end", a)
}

// eachForm makes the documents of an answer ready to be printed, one at a time.
func (d *Documents) eachForm(ctx context.Context, a *Answer, write func(row *AnswerRow, p *Printed) error) error {
	for i := range a.Rows {
		row := &a.Rows[i]
		if row.NotPrinted != "" {
			continue
		}
		p, err := d.Form(ctx, row.Number)
		if errors.Is(err, vault.ErrNotFound) {
			return fmt.Errorf("document %d was erased while the answer was written; ask again: %w", row.Number, err)
		}
		if err != nil {
			return err
		}
		p.Outcome = row.Outcome
		if err := write(row, p); err != nil {
			return err
		}
	}
	return nil
}

// shownLots are the lots that the table names of a document.
func shownLots(r AnswerRow) []Lot { return r.Lots[:min(len(r.Lots), answerLotsShown)] }

// moreLots is how many lots it has beside them.
func moreLots(r AnswerRow) int { return max(0, len(r.Lots)-answerLotsShown) }
