package botmaker.e2e;

import botmaker.support.NodeScript;
import org.junit.jupiter.api.Test;

/// The dashboard's pages against a stand-in for BotMaker (`test/browser/mock.mjs`): their logic in node, and all of it in a real
/// Chromium.
class BrowserPagesTest {
    @Test
    void the_pure_logic_holds_without_a_browser() throws Exception {
        NodeScript.test("logic.test.mjs");
        NodeScript.test("layout.test.mjs");
        NodeScript.test("pages.test.mjs");
        NodeScript.test("spending.test.mjs");
    }

    @Test
    void every_page_holds_against_a_server_that_comes_and_goes() throws Exception {
        NodeScript.runApart("pages.mjs");
    }

    @Test
    void spending_is_shown_and_limited() throws Exception {
        NodeScript.runApart("spending.mjs");
    }

    @Test
    void any_number_of_windows_gets_by_with_six_connections() throws Exception {
        NodeScript.runApart("windows.mjs");
    }
}
