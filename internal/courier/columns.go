package courier

import (
	"fmt"

	"pedigree/internal/vault"
)

// The secrets of the marks by which a file, and a parcel, is found again.
const (
	seenLabel   = "pedigree/courier/seen/1"
	parcelLabel = "pedigree/courier/parcel/1"
)

// tables says what the package's tables hold.
var tables = []vault.Table{
	{
		Name: "courier_seen",
		Is: map[vault.Class]string{
			vault.Identifier: "n inlet", vault.Time: "at next_at", vault.State: "state", vault.Number: "tries size",
		},
		Marks: map[string]string{"mark": seenLabel},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"inlet", "at", "size"}, Context: func(of []any) string {
			return seenContext(of[0].(string), of[1].(int64), of[2].(int64))
		}}},
	},
	{
		Name: "courier_parcel",
		Is: map[vault.Class]string{
			vault.Identifier: "n partner about document", vault.Time: "next_at created sent acked", vault.State: "way state", vault.Number: "tries",
		},
		Marks: map[string]string{"mark": parcelLabel},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"document", "created"}, Context: func(of []any) string {
			return parcelContext(of[0].(int64), of[1].(int64))
		}}},
	},
}

func parcelContext(document, created int64) string {
	return fmt.Sprintf("courier parcel of document %d at %d", document, created)
}

func seenContext(inlet string, at, size int64) string {
	return fmt.Sprintf("courier seen at %s %d %d", inlet, at, size)
}
