package vault_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
)

// nextKey is the key that follows key.
var nextKey = vault.Key{9, 8, 7}

// boxes is a schema with each kind of column that another key changes.
var boxes = vault.Schema{
	Name: "box", Steps: []string{
		`CREATE TABLE box (place TEXT NOT NULL, n INTEGER NOT NULL, secret BLOB, words TEXT NOT NULL, found BLOB, tied BLOB, PRIMARY KEY (place, n))`,
	},
	Tables: []vault.Table{{
		Name: "box", Is: map[vault.Class]string{vault.Identifier: "place", vault.Number: "n"},
		Sealed: []vault.SealedColumn{
			{Name: "secret", Of: []string{"n", "place"}, Context: func(of []any) string { return boxContext(of[1].(string), of[0].(int64)) }},
			{Name: "tied", Of: []string{"found"}, Context: func(of []any) string { return fmt.Sprintf("tied to %x", of[0]) }},
			{Name: "words", Of: []string{"place"}, Context: func(of []any) string { return "words of " + of[0].(string) }},
		},
		Marks: map[string]string{"found": "box"},
	}},
}

func boxContext(place string, n int64) string { return fmt.Sprintf("box %d of %s", n, place) }

// boxed is a config with boxes and nothing else.
func boxed(t *testing.T, db store, dir string) vault.Config {
	c := db.config(t, dir)
	c.Schemas = []vault.Schema{boxes}
	return c
}

const boxCount = 120 // more than two pages of a change

// fill puts something of every kind into a vault.
func fill(t testing.TB, v *vault.Vault) {
	t.Helper()
	put(t, v, vault.DocumentInfo{Name: "order", MediaType: "text/plain", Direction: vault.In, Partner: "maker"}, []byte("an order"))
	put(t, v, vault.DocumentInfo{Name: "long", MediaType: "text/plain", Direction: vault.Own}, content(7, 3*mib))
	claim, _, err := v.ClaimRequest(context.Background(), aRequest)
	if err != nil {
		t.Fatal(err)
	}
	answer(t, v, claim, []byte("the answer"))
	claim.Release()
	err = v.Update(context.Background(), func(tx *sql.Tx) error {
		for i := range int64(boxCount) {
			place := fmt.Sprintf("shelf %d", i/40)
			secret, err := v.SealValue(boxContext(place, i), fmt.Appendf(nil, "secret %d", i))
			if err != nil {
				return err
			}
			words, err := v.SealText("words of "+place, fmt.Sprintf("words %d", i))
			if err != nil {
				return err
			}
			found := v.Marker("box").Mark(fmt.Appendf(nil, "value %d", i))
			tied, err := v.SealValue(fmt.Sprintf("tied to %x", found), []byte("tied"))
			if err != nil {
				return err
			}
			if _, err := tx.Exec(`INSERT INTO box (place, n, secret, words, found, tied) VALUES ($1, $2, $3, $4, $5, $6)`, place, i, secret, words, found, tied); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`INSERT INTO box (place, n, secret, words, found) VALUES ('empty', 0, NULL, '', NULL)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

var aRequest = vault.Request{Key: "k", Route: "maker POST /x", Hash: [32]byte{5}}

// intact refuses a vault that has lost, or doesn't open, anything that fill put there.
func intact(v *vault.Vault) error {
	ctx := context.Background()
	list, err := v.Documents(ctx, vault.DocumentFilter{Partner: "maker"})
	if err != nil || len(list) != 1 || list[0].Name != "order" {
		return fmt.Errorf("the partner's documents: %v, %w", list, err)
	}
	if d, err := v.FindDocument(ctx, list[0].SHA256); err != nil || d.ID != list[0].ID {
		return fmt.Errorf("found by its hash: %v, %w", d, err)
	}
	if _, existed, err := v.PutDocument(ctx, vault.DocumentInfo{Name: "again", Direction: vault.In}, strings.NewReader("an order")); err != nil || !existed {
		return fmt.Errorf("the same content was not found: %w", err)
	}
	var faults error
	n, err := v.Scrub(ctx, func(e error) { faults = errors.Join(faults, e) })
	if err = errors.Join(err, faults); err != nil || n != 2 {
		return fmt.Errorf("%d documents read: %w", n, err)
	}
	claim, text, err := v.ClaimRequest(ctx, aRequest)
	if err != nil || claim != nil || string(text) != "the answer" {
		return fmt.Errorf("the answer is %q: %w", text, err)
	}
	other := aRequest
	other.Hash[0]++
	if _, _, err := v.ClaimRequest(ctx, other); !errors.Is(err, vault.ErrRequestReused) {
		return fmt.Errorf("another request with the key: %w", err)
	}
	return v.View(ctx, func(tx *sql.Tx) error { return intactBoxes(v, tx) })
}

func intactBoxes(v *vault.Vault, tx *sql.Tx) error {
	for i := range int64(boxCount) {
		var place, words string
		var secret, tied []byte
		mark := v.Marker("box").Mark(fmt.Appendf(nil, "value %d", i))
		if err := tx.QueryRow(`SELECT place, secret, words, tied FROM box WHERE found = $1`, mark).Scan(&place, &secret, &words, &tied); err != nil {
			return fmt.Errorf("box %d is not found by its mark: %w", i, err)
		}
		if plain, err := v.OpenValue(fmt.Sprintf("tied to %x", mark), tied); err != nil || string(plain) != "tied" {
			return fmt.Errorf("box %d has %q tied to its mark: %w", i, plain, err)
		}
		plain, err := v.OpenValue(boxContext(place, i), secret)
		if err != nil || string(plain) != fmt.Sprintf("secret %d", i) {
			return fmt.Errorf("box %d holds %q: %w", i, plain, err)
		}
		if words, err = v.OpenText("words of "+place, words); err != nil || words != fmt.Sprintf("words %d", i) {
			return fmt.Errorf("box %d has the words %q: %w", i, words, err)
		}
	}
	var n int
	if err := tx.QueryRow(`SELECT COUNT(*) FROM box WHERE secret IS NULL AND words = '' AND found IS NULL`).Scan(&n); err != nil || n != 1 {
		return fmt.Errorf("%d empty boxes: %w", n, err)
	}
	return nil
}

func TestAVaultComesUnderAnotherKeyWhole(t *testing.T) { onBoth(t, testRekey) }

func testRekey(t *testing.T, db store) {
	ctx := context.Background()
	c := boxed(t, db, folder(t))
	v := open(t, c)
	fill(t, v)
	before := filepath.Join(t.TempDir(), "before.db")
	if err := v.Backup(ctx, before); err != nil {
		t.Fatal(err)
	}
	for i, k := range []vault.Key{nextKey, {3}, nextKey} { // there, on, and back again
		done, err := v.Rekey(ctx, k)
		if err != nil || done != (vault.Rekeyed{Documents: 2, Answers: 1, Values: 3 * boxCount, Marks: boxCount}) {
			t.Fatalf("change %d: %+v, %v", i, done, err)
		}
		if !v.Under(k) || v.Under(key) {
			t.Error("it isn't under the key that it was given")
		}
		if err := intact(v); err != nil {
			t.Fatalf("after change %d: %v", i, err)
		}
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := vault.Open(ctx, c); !errors.Is(err, vault.ErrWrongKey) {
		t.Errorf("with the former key: %v", err)
	}
	c.Key = nextKey
	if err := intact(open(t, c)); err != nil {
		t.Error(err)
	}

	old := boxed(t, lite, folder(t))
	if err := errors.Join(os.Mkdir(old.Dir, 0o700), os.Rename(before, filepath.Join(old.Dir, "vault.db"))); err != nil {
		t.Fatal(err)
	}
	if err := intact(open(t, old)); err != nil {
		t.Errorf("the backup from before, with the former key: %v", err)
	}
}

// What was sealed under the former key is in none of the database's files any more.
func TestAnotherKeyLeavesNoFormerBytes(t *testing.T) { onBoth(t, testNoFormerBytes) }

func testNoFormerBytes(t *testing.T, db store) {
	c := boxed(t, lite, folder(t))
	place := c.Dir
	flush := func() {}
	if db == gres {
		server := pgtest.New(t)
		c.URL, c.Name, place = server.URL(), "rekeyed", filepath.Join(server.Data(), "base")
		flush = func() { administrate(t, server.URL(), `CHECKPOINT`) }
	}
	v := open(t, c)
	fill(t, v)
	former := map[string][]byte{}
	err := v.View(context.Background(), func(tx *sql.Tx) error {
		for name, query := range map[string]string{
			"the check of the key": `SELECT value FROM vault_meta WHERE name = 'key'`,
			"a head":               `SELECT head FROM vault_document WHERE id = 1`,
			"a fingerprint":        `SELECT content FROM vault_document WHERE id = 1`,
			"an answer":            `SELECT answer FROM vault_request`,
			"a sealed value":       `SELECT secret FROM box WHERE n = 77`,
			"a mark":               `SELECT found FROM box WHERE n = 78`,
			"a sealed text":        `SELECT words FROM box WHERE n = 79`,
		} {
			var b []byte
			if err := tx.QueryRow(query).Scan(&b); err != nil {
				return err
			}
			former[name] = b[:min(len(b), 40)] // a longer one may lie in two pages
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	flush()
	if len(inFiles(t, place, former["a mark"])) == 0 {
		t.Fatal("the search finds nothing at all")
	}
	if _, err := v.Rekey(context.Background(), nextKey); err != nil {
		t.Fatal(err)
	}
	flush()
	for name, b := range former {
		if files := inFiles(t, place, b); len(files) > 0 {
			t.Errorf("%s is still in %v", name, files)
		}
	}
}

func TestAnotherKeyIsRefused(t *testing.T) { onBoth(t, testRekeyRefused) }

func testRekeyRefused(t *testing.T, db store) {
	ctx := context.Background()
	c := boxed(t, db, folder(t))
	v := open(t, c)
	fill(t, v)
	for name, k := range map[string]vault.Key{"the same key": key, "no key": {}} {
		if _, err := v.Rekey(ctx, k); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	execute(t, v, `UPDATE box SET place = 'elsewhere' WHERE n = 119`)
	if _, err := v.Rekey(ctx, nextKey); !errors.Is(err, vault.ErrDamaged) || !strings.Contains(err.Error(), "box 119 of elsewhere") {
		t.Errorf("with a value that was moved: %v", err)
	}
	execute(t, v, `UPDATE box SET place = 'shelf 2' WHERE n = 119`)
	if !v.Under(key) {
		t.Error("it is under the key that was refused")
	}
	if err := intact(v); err != nil {
		t.Errorf("after refusals: %v", err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	c.Schemas = append(c.Schemas, vault.Schema{Name: "new", Steps: []string{`CREATE TABLE new (id INTEGER PRIMARY KEY)`}})
	if _, err := open(t, c).Rekey(ctx, nextKey); err == nil || !strings.Contains(err.Error(), "new.id is in the database") {
		t.Errorf("with a column of which nothing is said: %v", err)
	}
}

// rekeyLogLines is how many lines a change of the key writes, one around each durable step.
const rekeyLogLines = 4

// mortal ends its process as a kill would at a line of the log.
type mortal struct {
	slog.Handler
	left *int
}

// Handle implements slog.Handler.
func (m mortal) Handle(ctx context.Context, r slog.Record) error {
	if *m.left--; *m.left == 0 {
		p, err := os.FindProcess(os.Getpid())
		if err != nil {
			return err
		}
		return errors.Join(p.Kill(), p.Release(), errors.New("it still lives"))
	}
	fmt.Println(r.Message)
	return m.Handler.Handle(ctx, r)
}

// rekeyChild brings a vault under the next key, and is killed on the way.
func rekeyChild(ctx context.Context, dir string) error {
	line, url := 0, os.Getenv("PEDIGREE_VAULT_CHILD_URL")
	if _, err := fmt.Sscan(os.Getenv("PEDIGREE_VAULT_CHILD_LINE"), &line); err != nil {
		return err
	}
	c := vault.Config{Dir: dir, Key: key, Schemas: []vault.Schema{boxes}, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}
	if url != "" {
		c.URL, c.Name = url, filepath.Base(filepath.Dir(dir))
	}
	v, err := vault.Open(ctx, c)
	if err != nil {
		return err
	}
	if err := v.Close(); err != nil {
		return err
	}
	c.Logger = slog.New(mortal{c.Logger.Handler(), &line})
	if v, err = vault.Open(ctx, c); err != nil {
		return err
	}
	_, err = v.Rekey(ctx, nextKey)
	return err
}

var _ = addTask("rekey", rekeyChild)

// A process is killed around every durable step. What was kept opens with one of the
// two keys at each, and the work that is begun again ends with the next.
func TestAKilledChangeOfTheKeyIsCompleted(t *testing.T) { onBoth(t, testRekeyKilled) }

func testRekeyKilled(t *testing.T, db store) {
	keysSeen := map[vault.Key]int{}
	lines := rekeyLogLines
	if db == lite {
		lines += 2 // of the file that takes the other's place
	}
	for line := 1; line <= lines; line++ {
		name := fmt.Sprintf("cut-%d", line)
		dir := filepath.Join(t.TempDir(), name, "vault")
		if err := os.Mkdir(filepath.Dir(dir), 0o700); err != nil {
			t.Fatal(err)
		}
		c := boxed(t, lite, dir)
		if db == gres {
			c.URL, c.Name = pgtest.URL(t), name
			t.Setenv("PEDIGREE_VAULT_CHILD_URL", c.URL)
		}
		v := open(t, c)
		fill(t, v)
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PEDIGREE_VAULT_CHILD_LINE", fmt.Sprint(line))
		child := startChild(t, "rekey", dir)
		if err := child.end(); err == nil || child.errors.Len() > 0 {
			t.Fatalf("line %d: it was not killed: %v, %s", line, err, child.errors.String())
		}
		keysSeen[completed(t, c)]++
	}
	if keysSeen[key] == 0 || keysSeen[nextKey] == 0 {
		t.Errorf("the kills left %d vaults under the former key and %d under the next", keysSeen[key], keysSeen[nextKey])
	}
}

// completed opens what a kill left, ends the change, and returns the key it was under.
func completed(t *testing.T, c vault.Config) (under vault.Key) {
	t.Helper()
	ctx := context.Background()
	v, err := vault.Open(ctx, c)
	under = key
	if errors.Is(err, vault.ErrWrongKey) {
		c.Key, under = nextKey, nextKey
		v, err = vault.Open(ctx, c)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if err := intact(v); err != nil {
		t.Fatal(err)
	}
	if !v.Under(nextKey) {
		if _, err := v.Rekey(ctx, nextKey); err != nil {
			t.Fatal(err)
		}
	}
	if err := intact(v); err != nil {
		t.Fatal(err)
	}
	if n := number(t, v, `SELECT COUNT(*) FROM vault_meta WHERE name = 'compact'`); n != 0 {
		t.Error("former bytes are left in it")
	}
	if left, _ := filepath.Glob(filepath.Join(c.Dir, "*.compact")); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	return under
}

func TestATextThatIsNotSealedDoesNotOpen(t *testing.T) {
	v := open(t, config(t, folder(t)))
	sealed, err := v.SealText("here", "some words")
	if err != nil || strings.Contains(sealed, "words") {
		t.Fatal(sealed, err)
	}
	for name, text := range map[string]string{"plain text": "some words", "cut off": sealed[:len(sealed)-2], "another prefix": "x" + sealed, "no base64": "sealed:*"} {
		if plain, err := v.OpenText("here", text); !errors.Is(err, vault.ErrDamaged) {
			t.Errorf("%s opens as %q: %v", name, plain, err)
		}
	}
	if plain, err := v.OpenText("there", sealed); !errors.Is(err, vault.ErrDamaged) {
		t.Errorf("moved, it opens as %q", plain)
	}
	if plain, err := v.OpenText("here", sealed); err != nil || plain != "some words" {
		t.Errorf("it opens as %q, %v", plain, err)
	}
	if bytes.Contains([]byte(sealed), []byte{0}) {
		t.Error("it holds a zero byte, which PostgreSQL takes in no text")
	}
}
