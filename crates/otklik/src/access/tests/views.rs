//! A page's filters under a name of one's own.

use crate::world::World;

#[tokio::test]
async fn a_view_is_kept_shown_gone_to_and_forgotten() {
    let w = World::new().await;
    let there = "/responses?all=1&from=2026-11-01&to=2026-11-21";
    let page = w.anna.page(there).await.is(200).text;
    assert!(page.contains("action=\"/views\"") && page.contains("value=\"/responses\""), "{page}");
    assert!(!w.anna.page("/responses").await.is(200).text.contains("action=\"/views\""), "nothing is filtered: nothing to keep");
    let form = [("page", "/responses"), ("query", "to=2026-11-21&from=2026-11-01&all=1&after=x"), ("name", "Ноябрь")];
    let kept = w.anna.form("/views", &form).await.is(303);
    assert_eq!(kept.headers["location"], "/responses?all=1&from=2026-11-01&to=2026-11-21&view=saved");
    let page = w.anna.page(there).await.is(200).text;
    assert!(page.contains("Ноябрь") && page.contains("aria-current=\"true\"") && !page.contains("action=\"/views\""), "{page}");
    assert!(w.anna.page("/responses").await.is(200).text.contains("Ноябрь"));
    assert!(!w.olga.page("/responses").await.is(200).text.contains("Ноябрь"), "a view is its owner’s alone");
    assert!(!w.anna.page("/employees?q=а").await.is(200).text.contains("Ноябрь"), "and its page’s");
    // The same name means the new filters.
    w.anna.form("/views", &[("page", "/responses"), ("query", "all=1"), ("name", "Ноябрь")]).await.is(303);
    let page = w.anna.page("/responses?all=1").await.is(200).text;
    assert_eq!(page.matches("Ноябрь</a>").count(), 1, "{page}");
    let id = page.split("/views/").nth(1).and_then(|s| s.split('/').next()).expect("an id").to_owned();
    for other in [&w.olga, &w.dina] {
        other.form(&format!("/views/{id}/removal"), &[]).await.is(404);
    }
    w.anna.form(&format!("/views/{id}/removal"), &[]).await.is(303);
    w.anna.form(&format!("/views/{id}/removal"), &[]).await.is(404);
    assert!(!w.anna.page("/responses").await.is(200).text.contains("Ноябрь"));
    assert_eq!(w.history(&id).await, ["view.saved", "view.saved", "view.removed"]);
}

#[tokio::test]
async fn a_view_leads_nowhere_else() {
    let w = World::new().await;
    for page in ["//evil.example", "https://evil.example", "/logout", "/org", ""] {
        w.anna.form("/views", &[("page", page), ("query", "a=b"), ("name", "x")]).await.is(404);
    }
    let none = w.anna.form("/views", &[("page", "/responses"), ("query", "all=1"), ("name", " ")]).await.is(303);
    assert_eq!(none.headers["location"], "/responses?all=1");
    for n in 0..20 {
        w.anna.form("/views", &[("page", "/"), ("query", "period=30"), ("name", &format!("вид {n}"))]).await.is(303);
    }
    w.anna.form("/views", &[("page", "/"), ("query", "period=30"), ("name", "ещё один")]).await.is(409);
    for path in ["/?period=30", "/figures/nps?period=30", "/employees?q=а"] {
        w.gleb.page("/?period=30").await.is(200);
        w.anna.page(path).await.is(200);
    }
}
