package traceview

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
	"pedigree/internal/auth"
)

// addShift registers the list that a device takes along. Who has a page already is told
// when it is the same, with the times until which it now holds.
func addShift(s *api.Server, of Source) {
	type shiftIn struct {
		Cursor string `query:"cursor" maxLength:"200" doc:"From the page before"`
		Has    string `header:"If-None-Match" maxLength:"1000" doc:"The page that the caller has: its ETag"`
	}
	type shiftOut struct {
		Status int
		Height uint64 `header:"Ledger-Height"`
		ETag   string `header:"ETag"`
		At     string `header:"List-At" doc:"When the page was made, by this node's clock"`
		Until  string `header:"List-Until" doc:"No OK of the page counts after this time"`
		Body   ShiftList
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/shift", "list-shift", "Packs in hand with their answers, for a device that will have no connection for a shift"), func(ctx context.Context, in *shiftIn) (*shiftOut, error) {
		list, err := of(ctx).ShiftList(ctx, in.Cursor)
		if err != nil {
			return nil, refused(err)
		}
		body, err := json.Marshal(list)
		if err != nil {
			return nil, refused(err)
		}
		sum := sha256.Sum256(body)
		out := &shiftOut{Status: http.StatusOK, Height: list.Height, ETag: `"` + hex.EncodeToString(sum[:16]) + `"`, At: list.At.Format(time.RFC3339), Until: list.Until.Format(time.RFC3339), Body: list}
		if strings.Contains(in.Has, out.ETag) {
			out.Status = http.StatusNotModified
		}
		return out, nil
	})
}
