package config

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/token"
)

// placedError is an error of ours at a place in the file.
type placedError struct {
	at   *token.Token
	text string
}

func (e *placedError) Error() string { return e.text }

// located puts an error in the form file:line:column: text where the place is
// known, and says what the YAML library reports in the file's own terms.
func located(name string, err error) error {
	var ours *placedError
	if errors.As(err, &ours) {
		return fmt.Errorf("%s:%s: %w", name, place(ours.at), ours)
	}
	var unknown *yaml.UnknownFieldError
	if errors.As(err, &unknown) && unknown.Token != nil {
		return fmt.Errorf("%s:%s: unknown key %q; `pedigree config print --defaults` lists all keys", name, place(unknown.Token), unknown.Token.Value)
	}
	var wrong *yaml.TypeError
	if errors.As(err, &wrong) && wrong.Token != nil && wrong.DstType != nil {
		return fmt.Errorf("%s:%s: %q is not %s", name, place(wrong.Token), wrong.Token.Value, wanted(wrong.DstType))
	}
	var yamls yaml.Error
	if errors.As(err, &yamls) {
		return fmt.Errorf("%s:%s: %s", name, place(yamls.GetToken()), yamls.GetMessage())
	}
	return fmt.Errorf("%s: %w", name, err)
}

func place(t *token.Token) string {
	if t == nil || t.Position == nil {
		return "?"
	}
	return fmt.Sprintf("%d:%d", t.Position.Line, t.Position.Column)
}

// wanted names what a field of the type takes.
func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Int:
		return "a whole number"
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a text"
	case reflect.Slice:
		return "a list"
	default:
		return "a group of keys"
	}
}
