package vault

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// goStepBegin begins the text of a step that the program runs, and no database.
const goStepBegin = "-- go "

// StepFunc is what a step made by GoStep does. It gets the marker of a label.
type StepFunc func(ctx context.Context, tx *sql.Tx, marker func(label string) Marker) error

// GoStep is a step of a Schema that its function Go[name] runs, for what SQL can't
// write, such as a keyed hash of each row. Like every step it is in the transaction
// with all others, after a backup, and runs once in the life of a vault.
func GoStep(name string) string { return goStepBegin + name }

// goStepName returns the name of a step made by GoStep.
func goStepName(step string) (name string, is bool) { return strings.CutPrefix(step, goStepBegin) }

// isRun tells whether a step is run by the program. What it wrote is rows alone, so a
// copy of the rows needs no such step.
func isRun(step string) bool {
	_, seals := sealedBy(step)
	_, runs := goStepName(step)
	return seals || runs
}

// goStep is the function of a step made by GoStep; nil of any other.
func (s Schema) goStep(step string) (run StepFunc, err error) {
	name, is := goStepName(step)
	if !is {
		return nil, nil
	}
	if run = s.Go[name]; run == nil {
		return nil, fmt.Errorf("a step is to run %s, which the schema has no function for", name)
	}
	return run, nil
}
