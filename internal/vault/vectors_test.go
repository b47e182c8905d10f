package vault

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"flag"
	"path/filepath"
	"strings"
	"testing"
	"testing/cryptotest"
	"time"

	"pedigree/ledger/ledgertest"
)

//go:generate go test . -count=1 -run ^TestVectorsAreFresh$ -update

var update = flag.Bool("update", false, "write docs/internals/vectors/vault.json anew")

// vectorSeed makes the randomness of the sealing the same in each run.
const vectorSeed = 21

// TestVectorsAreFresh publishes what stands in a vault's tables after a document
// of two chunks, one of none, and an answered request; the vault has read all of
// it back.
func TestVectorsAreFresh(t *testing.T) {
	cryptotest.SetGlobalRandom(t, vectorSeed)
	ctx := context.Background()
	key := Key(ledgertest.HashOf("a vault"))
	now := time.UnixMilli(1_793_491_200_123)
	v, err := Open(ctx, Config{Dir: filepath.Join(t.TempDir(), "vault"), Key: key, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	documents := []ledgertest.Object{
		vectorDocument(t, v, DocumentInfo{Name: "order 7.json", MediaType: "application/json", Direction: In, Partner: "maker"}, `{"order": 7}`, 1),
		vectorDocument(t, v, DocumentInfo{Name: "empty", MediaType: "text/plain", Direction: Own}, "", 0),
		vectorDocument(t, v, DocumentInfo{Name: "more than a part", Direction: Out, Partner: "wholesaler <1>"}, "0123456789abcdef", chunkBytes/16+1),
	}
	request := Request{Key: "7f", Route: "maker POST /v1/shipments", Hash: ledgertest.HashOf("request")}
	claim, _, err := v.ClaimRequest(ctx, request)
	if err != nil {
		t.Fatal(err)
	}
	defer claim.Release()
	answer := []byte(`{"shipment": 1}`)
	if err := v.Update(ctx, func(tx *sql.Tx) error { return claim.Answer(ctx, tx, answer) }); err != nil {
		t.Fatal(err)
	}
	claim.Release()
	if _, again, err := v.ClaimRequest(ctx, request); err != nil || !bytes.Equal(again, answer) {
		t.Fatalf("the answer reads back as %q, %v", again, err)
	}
	var fingerprinted, sealed, check []byte
	vectorScan(t, v, `SELECT request, answer FROM vault_request`, &fingerprinted, &sealed)
	vectorScan(t, v, metaGetKey, &check)
	ledgertest.FreshVectors(t, *update, "vault.json", ledgertest.Object{
		"key": hex.EncodeToString(key[:]), "keyFile": keyHeader + "\n" + hex.EncodeToString(key[:]) + "\n", "keyCheck": ledgertest.Hex(check), "secrets": vectorSecrets(key),
		"documents": documents, "chunkBytes": chunkBytes,
		"request": ledgertest.Object{
			"key": request.Key, "route": request.Route, "hash": ledgertest.Hex(request.Hash[:]), "answer": ledgertest.Hex(answer),
			"fingerprint": ledgertest.Hex(fingerprinted), "sealed": ledgertest.Hex(sealed),
		},
	})
}

const metaGetKey = `SELECT value FROM vault_meta WHERE name = 'key'`

func vectorSecrets(key Key) ledgertest.Object {
	out := ledgertest.Object{}
	for _, label := range []string{"document head", "document content", "document partner", "request", "answer", "key check"} {
		secret := key.own(label)
		out["pedigree vault own "+label] = ledgertest.Hex(secret[:])
	}
	secret := key.Derive("example")
	out["pedigree vault caller example"] = ledgertest.Hex(secret[:])
	return out
}

func vectorScan(t testing.TB, v *Vault, query string, into ...any) {
	t.Helper()
	err := v.View(context.Background(), func(tx *sql.Tx) error { return tx.QueryRow(query).Scan(into...) })
	if err != nil {
		t.Fatal(err)
	}
}

// vectorDocument keeps a document whose content is a text so many times over, and
// shows its row and chunks.
func vectorDocument(t testing.TB, v *Vault, info DocumentInfo, text string, times int) ledgertest.Object {
	t.Helper()
	content := []byte(strings.Repeat(text, times))
	d, _, err := v.PutDocument(context.Background(), info, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	in, _, err := v.OpenDocument(context.Background(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var again bytes.Buffer
	if _, err := again.ReadFrom(in); err != nil || !bytes.Equal(again.Bytes(), content) {
		t.Fatalf("document %d does not read back: %v", d.ID, err)
	}
	var s stored
	err = v.View(context.Background(), func(tx *sql.Tx) error {
		s, err = readStored(tx.QueryRow(documentByID, d.ID).Scan)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ledgertest.Object{
		"id": s.ID, "direction": string(s.Direction), "mediaType": s.MediaType, "size": s.Size, "created": s.created,
		"content": ledgertest.Hex(s.content), "partner": ledgertest.Hex(s.partner), "head": ledgertest.Hex(s.head),
		"of":     ledgertest.Object{"name": info.Name, "partner": info.Partner, "text": text, "times": times},
		"chunks": vectorChunks(t, v, d.ID),
	}
}

// vectorChunks shows the stored parts of a document: small ones whole, large ones
// by nonce and hash.
func vectorChunks(t testing.TB, v *Vault, id int64) []ledgertest.Object {
	t.Helper()
	var bodies [][]byte
	err := v.View(context.Background(), func(tx *sql.Tx) (err error) {
		bodies, err = rows(context.Background(), tx, `SELECT body FROM vault_chunk WHERE document = $1 ORDER BY position`, func(scan func(...any) error) (b []byte, err error) {
			return b, scan(&b)
		}, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []ledgertest.Object
	for _, b := range bodies {
		sum := sha256.Sum256(b)
		chunk := ledgertest.Object{"nonce": ledgertest.Hex(b[:nonceBytes]), "sha256": ledgertest.Hex(sum[:])}
		if len(b) < 4096 {
			chunk["body"] = ledgertest.Hex(b)
		}
		out = append(out, chunk)
	}
	return out
}
