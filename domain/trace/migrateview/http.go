package migrateview

import (
	"context"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
	"pedigree/internal/auth"
)

// Source gives the migrations of the organisation for which a request is made.
type Source func(ctx context.Context) *Migrations

type body[T any] struct{ Body T }

func answered[T any](v T, err error) (*body[T], error) {
	if err != nil {
		return nil, refused(err)
	}
	return &body[T]{v}, nil
}

func route(need auth.Permission, method, path, id, summary string) huma.Operation {
	return api.Guarded(huma.Operation{Method: method, Path: "/api/v1" + path, OperationID: id, Summary: summary}, need)
}

type runIn struct {
	Run int64 `path:"run" minimum:"1" doc:"Number of the run"`
}

// AddRoutes registers the routes of bringing stock over.
func AddRoutes(s *api.Server, of Source) {
	type stockIn struct {
		Name  string `query:"name" required:"true" maxLength:"255" doc:"File name"`
		Check bool   `query:"check" doc:"Only say what the list would change"`
		Whole bool   `query:"whole" doc:"The list is all that there is: what earlier lists brought and it lacks leaves the stock"`
	}
	take := route(auth.Receive, http.MethodPost, "/migrations/stock", "migrate-stock", "Bring over a list of present stock (CSV); it is dealt with as a job")
	take.BodyReadTimeout, take.MaxBodyBytes = longWork, ListBytesMax+1
	huma.Register(s.API, api.Upload(take), func(ctx context.Context, in *stockIn) (*body[Run], error) {
		run, err := of(ctx).Stock(ctx, Request{Name: in.Name, Check: in.Check, Whole: in.Whole, Reader: api.UploadOf(ctx)})
		return answered(run, err)
	})
	huma.Register(s.API, route(auth.Receive, http.MethodDelete, "/migrations/{run}", "pause-migration", "Pause a run at its last durable step; the same list again goes on"), func(ctx context.Context, in *runIn) (*body[Run], error) {
		run, err := of(ctx).Pause(ctx, in.Run)
		return answered(run, err)
	})
	addReports(s, of)
	addArchives(s, of)
}

func addArchives(s *api.Server, of Source) {
	type archiveIn struct {
		Name    string `query:"name" required:"true" maxLength:"255" doc:"File name"`
		Partner string `query:"partner" maxLength:"255" doc:"Organisation or GLN that all of it is from"`
	}
	take := route(auth.Receive, http.MethodPost, "/archives", "migrate-archive", "Bring over an archive of partners' transaction data, packed in a zip archive or a gzip file; it is dealt with as a job")
	take.BodyReadTimeout, take.MaxBodyBytes = longWork, ArchiveBytesMax+1
	huma.Register(s.API, api.Upload(take), func(ctx context.Context, in *archiveIn) (*body[Archived], error) {
		a, err := of(ctx).Bring(ctx, ArchiveRequest{Name: in.Name, Partner: in.Partner, Reader: api.UploadOf(ctx)})
		return answered(a, err)
	})
	type listIn struct {
		Before int64 `query:"before" minimum:"0" doc:"Job of the last one of the page before"`
		Limit  int   `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/archives", "list-migrated-archives", "The archives that were brought over, the newest first"), func(ctx context.Context, in *listIn) (*body[[]Archived], error) {
		list, err := of(ctx).Archives(ctx, in.Before, in.Limit)
		return answered(list, err)
	})
	type archivedIn struct {
		Job int64 `path:"job" minimum:"1" doc:"Number of the job that brings it over"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/archives/{job}", "get-migrated-archive", "How far an archive is, and what came of each document"), func(ctx context.Context, in *archivedIn) (*body[Archived], error) {
		a, err := of(ctx).Archived(ctx, in.Job)
		return answered(a, err)
	})
}

func addReports(s *api.Server, of Source) {
	type listIn struct {
		Before int64 `query:"before" minimum:"0" doc:"Number of the last one of the page before"`
		Limit  int   `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/migrations", "list-migrations", "The lists of stock that were brought over, the newest first"), func(ctx context.Context, in *listIn) (*body[[]Run], error) {
		list, err := of(ctx).List(ctx, in.Before, in.Limit)
		return answered(list, err)
	})
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/migrations/{run}", "get-migration", "What came of a list of stock: by grade, by finding, and what may be sold"), func(ctx context.Context, in *runIn) (*body[Run], error) {
		run, err := of(ctx).Get(ctx, in.Run)
		return answered(run, err)
	})
	type linesIn struct {
		Run    int64  `path:"run" minimum:"1" doc:"Number of the run"`
		Cursor string `query:"cursor" maxLength:"255" doc:"The next of the page before"`
		Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/migrations/{run}/lines", "list-migration-lines", "The lines to work on, first what stays out and what may not be sold"), func(ctx context.Context, in *linesIn) (*body[WorkPage], error) {
		page, err := of(ctx).Lines(ctx, in.Run, in.Cursor, in.Limit)
		return answered(page, err)
	})
	file := route(auth.ReadGoods, http.MethodGet, "/migrations/{run}/lines.csv", "get-migration-csv", "All lines to work on, as CSV")
	file.Responses = map[string]*huma.Response{"200": {
		Description: "Comma-separated values", Content: map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}},
	}}
	huma.Register(s.API, file, func(ctx context.Context, in *runIn) (*huma.StreamResponse, error) {
		m := of(ctx)
		if _, err := m.Get(ctx, in.Run); err != nil {
			return nil, refused(err)
		}
		return &huma.StreamResponse{Body: func(out huma.Context) {
			out.SetHeader("Content-Type", "text/csv; charset=utf-8")
			out.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "stock.csv"}))
			out.SetHeader("X-Content-Type-Options", "nosniff")
			_ = m.CSV(ctx, in.Run, out.BodyWriter()) // what is cut off lacks its end
		}}, nil
	})
}
