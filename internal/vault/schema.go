package vault

import (
	"crypto/sha256"
	"fmt"
	"slices"
)

// Schema is the tables of one package, as the steps that made them. A new
// version appends a step; a step that was once applied is never edited.
type Schema struct {
	// Name is the package's, in a-z, 0-9 and _, and starts the names of its
	// tables. The name vault is taken.
	Name string

	// Steps are SQL, one or more statements each, without transactions of
	// their own: all steps that are missing run in one.
	Steps []string

	// Go are the functions of the steps made by GoStep, by name.
	Go map[string]StepFunc

	// Tables say what each column of the tables holds, as the last step leaves them.
	// Another key for the vault is only possible where nothing is left out.
	Tables []Table
}

// ownSchema is the first of all schemas.
const ownSchema = "vault"

// allSchemas checks the callers' schemas and puts the vault's own before them.
func allSchemas(callers []Schema) ([]Schema, error) {
	all := []Schema{{Name: ownSchema, Steps: []string{metaTable + documentTables + jobTable + requestTable, SealStep("vault_job.progress")}, Tables: ownTables}}
	for _, s := range callers {
		if err := s.check(); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(all, func(other Schema) bool { return other.Name == s.Name }) {
			return nil, fmt.Errorf("schema %q is there twice, or has the vault's own name", s.Name)
		}
		all = append(all, s)
	}
	return all, nil
}

func (s Schema) check() error {
	if !isIdentifier(s.Name) {
		return fmt.Errorf("schema name %q isn't made of 1 to %d characters of a-z, 0-9 and _, a letter first", s.Name, schemaNameMax)
	}
	if len(s.Steps) > schemaStepsMax {
		return fmt.Errorf("schema %s has %d steps, more than %d", s.Name, len(s.Steps), schemaStepsMax)
	}
	for _, t := range s.Tables {
		if err := t.check(s.Name); err != nil {
			return err
		}
	}
	for i, step := range s.Steps {
		if _, err := s.sealing(step); err != nil {
			return err
		}
		if _, err := s.goStep(step); err != nil {
			return err
		}
		if len(step) == 0 || len(step) > schemaStepBytesMax {
			return fmt.Errorf("step %d of schema %s has %d bytes, which is outside 1 to %d", i+1, s.Name, len(step), schemaStepBytesMax)
		}
	}
	return nil
}

// isIdentifier tells whether a name can stand in SQL as it is.
func isIdentifier(name string) bool {
	for i, r := range name {
		letter := r >= 'a' && r <= 'z'
		if !letter && (i == 0 || r != '_' && (r < '0' || r > '9')) {
			return false
		}
	}
	return name != "" && len(name) <= schemaNameMax
}

// missing returns how many steps of the schema are applied, and refuses what
// doesn't fit: more steps than the program knows, or other ones.
func (s Schema) missing(applied map[int][]byte) (done int, err error) {
	if len(applied) > len(s.Steps) {
		return 0, fmt.Errorf("%w: schema %s is at version %d, this program knows %d: install the program that wrote it, or restore the backup from before",
			ErrNewer, s.Name, len(applied), len(s.Steps))
	}
	for i := range len(applied) {
		sum := sha256.Sum256([]byte(s.Steps[i]))
		if !slices.Equal(applied[i+1], sum[:]) {
			return 0, fmt.Errorf("step %d of schema %s is not the one that was applied: append a step instead of editing one", i+1, s.Name)
		}
	}
	return len(applied), nil
}
