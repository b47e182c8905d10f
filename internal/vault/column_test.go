package vault_test

import (
	"context"
	"strings"
	"testing"

	"pedigree/internal/vault"
)

// noteTable says what the tests' table holds.
func noteTable() vault.Table {
	return vault.Table{
		Name: "note", Is: map[vault.Class]string{vault.Identifier: "id"},
		Plain: map[string]string{"text": "what a test wrote into it, to be found again"},
	}
}

func TestEveryColumnHasAClassOnBothDatabases(t *testing.T) {
	onBoth(t, func(t *testing.T, db store) {
		c := db.config(t, folder(t))
		c.Schemas[0].Tables = []vault.Table{noteTable()}
		list, err := open(t, c).Columns(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, column := range list {
			if column.Class == "" || column.Table == "" {
				t.Errorf("%+v has no class", column)
			}
		}
		if last := list[len(list)-1]; last.Table != "note" || last.Column != "text" || last.Class != vault.Plain {
			t.Errorf("the last column is %+v", last)
		}
	})
}

func TestAColumnWithoutAClassIsFound(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*vault.Table)
		says   string
	}{
		"a column of which nothing is said": {func(n *vault.Table) { n.Plain = nil }, "note.text is in the database, and no Table"},
		"a column that isn't there":         {func(n *vault.Table) { n.Is[vault.Time] = "read" }, "note.read is in a Table, and not in the database"},
		"a column with two classes":         {func(n *vault.Table) { n.Is[vault.Hash] = "text" }, "note.text is said to hold two things"},
		"plain text without a reason":       {func(n *vault.Table) { n.Plain["text"] = "why not" }, "note.text is plain text without a reason"},
	} {
		t.Run(name, func(t *testing.T) {
			c := config(t, folder(t))
			n := noteTable()
			test.change(&n)
			c.Schemas[0].Tables = []vault.Table{n}
			if _, err := open(t, c).Columns(context.Background()); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("the error is: %v", err)
			}
		})
	}
}

func TestASchemaSaysOnlyWhatItsOwnTablesHold(t *testing.T) {
	for name, table := range map[string]vault.Table{
		"another package's table":        {Name: "vault_document"},
		"a class with a field":           {Name: "note", Is: map[vault.Class]string{vault.Plain: "text"}},
		"a column with a quote":          {Name: "note", Is: map[vault.Class]string{vault.Hash: "te'xt"}},
		"a sealed one without a context": {Name: "note", Sealed: []vault.SealedColumn{{Name: "text"}}},
	} {
		c := config(t, folder(t))
		c.Schemas[0].Tables = []vault.Table{table}
		if _, err := vault.Open(context.Background(), c); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
