//! What waits for the reader above the figures, by role; the same people on the card of an employee.

use kit::time::DAY;

use crate::standards::duties::tests::{branch, sign, standard, worker};
use crate::world::World;

#[tokio::test]
async fn an_employee_begins_with_what_is_to_be_signed_and_a_rule_to_think_of() {
    let w = World::new().await;
    let (maria, _) = worker(&w, "Мария", w.centre, "Врач").await;
    let home = maria.page("/").await.is(200).text;
    assert!(home.contains("Всё прочитано и подписано") && home.contains("href=\"/duties\""), "{home}");
    assert!(!home.contains("Правило дня"), "there are no rules yet");

    let s = standard(&w, "Приветствие", &["Здороваемся первыми"], &[], &[]).await;
    let home = maria.page("/").await.is(200).text;
    assert!(home.contains("Прочитать и подписать: 1") && home.contains(&format!("/duties/{s}")), "{home}");
    assert!(home.contains("Правило дня") && home.contains("Здороваемся первыми"), "{home}");
    assert!(home.find("Прочитать и подписать: 1") < home.find("Правило дня"), "the own work first");
    assert!(!home.contains("Просрочено или скоро срок"), "others' duties are not hers");

    sign(&maria, s).await.is(201);
    assert!(maria.page("/").await.is(200).text.contains("Всё прочитано и подписано"));
}

#[tokio::test]
async fn a_branch_head_sees_who_is_late_in_the_own_branches_only() {
    let w = World::new().await;
    let north = branch(&w, "Север", "north").await;
    let (maria, m) = worker(&w, "Мария Ивановна", w.centre, "Врач").await;
    worker(&w, "Нина Петровна", north, "Врач").await;
    assert!(w.boris.page("/").await.is(200).text.contains("Никто не задерживается"), "nothing was asked yet");
    let s = standard(&w, "Приветствие", &["Здороваемся первыми"], &[], &["Врач"]).await;
    let soon = w.boris.page("/").await.is(200).text;
    assert!(soon.contains("Просрочено или скоро срок: 1") && soon.contains("До 28 ноября 2026"), "{soon}");
    assert!(soon.contains(&format!("/employees/{m}/duties")) && soon.contains("/newcomers"), "{soon}");
    assert!(!soon.contains("Нина Петровна"), "another branch");
    w.advance(8 * DAY);
    assert!(w.boris.page("/").await.is(200).text.contains("Срок был 28 ноября 2026"));
    for other in [&w.olga, &w.anna, &w.gleb, &w.dina] {
        let home = other.page("/").await.is(200).text;
        assert!(!home.contains("Просрочено или скоро срок") && !home.contains("Правило дня"), "{home}");
    }
    sign(&maria, s).await.is(201);
    assert!(w.boris.page("/").await.is(200).text.contains("Никто не задерживается"));
}

#[tokio::test]
async fn the_card_of_an_employee_shows_what_hangs_on_them() {
    let w = World::new().await;
    let (maria, m) = worker(&w, "Мария Ивановна", w.centre, "Врач").await;
    let (nina, _) = worker(&w, "Нина Петровна", w.centre, "Врач").await;
    standard(&w, "Приветствие", &["Здороваемся первыми"], &[], &["Врач"]).await;
    let card = format!("/employees/{m}");
    for who in [&w.olga, &w.anna, &w.boris, &w.gleb, &maria] {
        let page = who.page(&card).await.is(200).text;
        assert!(page.contains("Приветствие") && page.contains("До 28 ноября 2026"), "{page}");
    }
    let form = [("from", "2026-11-21"), ("to", "2026-11-25")];
    w.boris.form(&format!("{card}/absences"), &form).await.is(303);
    let page = w.boris.page(&card).await.is(200).text;
    assert!(page.contains("Отпуска") && page.contains("сейчас") && page.contains("#leaves"), "{page}");
    assert!(!w.gleb.page(&card).await.is(200).text.contains("Отпуска"), "leaves are not for who looks at figures");
    nina.page(&card).await.is(403);
    w.dina.page(&card).await.is(404);
}
