package exchange

import (
	"fmt"

	"pedigree/internal/vault"
	"pedigree/proof"
)

// What a person or a partner's program said of a delivery is sealed, bound to its row
// and column.

func sealedContext(box, column string, id []byte) string {
	return fmt.Sprintf("exchange %s %s %x", box, column, id)
}

// sealedColumns tells of sealed columns of the inbox or the outbox.
func sealedColumns(box string, names ...string) (list []vault.SealedColumn) {
	for _, name := range names {
		list = append(list, vault.SealedColumn{Name: name, Of: []string{"id"}, Context: func(of []any) string {
			return sealedContext(box, name, of[0].([]byte))
		}})
	}
	return list
}

// words seals a text on one line for a column.
func (x *Exchange) words(box, column string, id proof.Hash, text string) (string, error) {
	sealed, err := x.vault.SealText(sealedContext(box, column, id[:]), clean(text))
	if err != nil {
		return "", fmt.Errorf("couldn't keep what was said of delivery %s: %w", id, err)
	}
	return sealed, nil
}

// openWords opens texts that words sealed, where they stand.
func (x *Exchange) openWords(box string, id proof.Hash, texts map[string]*string) error {
	for column, text := range texts {
		plain, err := x.vault.OpenText(sealedContext(box, column, id[:]), *text)
		if err != nil {
			return fmt.Errorf("couldn't read what was said of delivery %s: %w", id, err)
		}
		*text = plain
	}
	return nil
}

// sealCheck seals a program's answer; nil is none.
func (x *Exchange) sealCheck(box string, id proof.Hash, raw []byte) ([]byte, error) {
	if raw == nil {
		return nil, nil
	}
	return x.vault.SealValue(sealedContext(box, "checked", id[:]), raw)
}

// openCheck reads what sealCheck sealed.
func (x *Exchange) openCheck(box string, id proof.Hash, sealed []byte, at int64) (*Check, error) {
	if sealed == nil {
		return nil, nil
	}
	raw, err := x.vault.OpenValue(sealedContext(box, "checked", id[:]), sealed)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the answer to delivery %s: %w", id, err)
	}
	return checkOf(raw, at)
}
