//! The JavaScript API, tested by JavaScript: every function of the `tests` of the files beside this one.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use super::tasks::shared;

/// Runs one function of a file's `tests`.
async fn run(tests: &JsValue, name: &str) {
    // The runner calls no start function: a client in Rust registers the wasm with the JavaScript API.
    shared();
    if let Some(loops) = option_env!("WEBFUTURES_LOOPS") {
        let _ = Reflect::set(&js_sys::global(), &"webfuturesLoops".into(), &loops.into());
    }
    let test: Function = Reflect::get(tests, &name.into())
        .ok()
        .and_then(|test| test.dyn_into().ok())
        .unwrap_or_else(|| panic!("the file has no test {name}"));
    let failed = match test.call0(tests) {
        Ok(promise) => JsFuture::from(promise.unchecked_into::<Promise>()).await.err(),
        Err(error) => Some(error),
    };
    if let Some(error) = failed {
        let text = |field: &str| {
            Reflect::get(&error, &field.into())
                .ok()
                .and_then(|text| text.as_string())
        };
        panic!(
            "{}\n{}",
            text("message").unwrap_or_else(|| format!("{error:?}")),
            text("stack").unwrap_or_default()
        );
    }
}

/// A file, and its tests by name. One that is missing here fails the file's `every_test_is_listed`.
macro_rules! files {
    ($($file:literal => $module:ident { $($name:ident)+ })+) => {$(
        mod $module {
            use super::*;

            #[wasm_bindgen(module = $file)]
            extern "C" {
                #[wasm_bindgen(thread_local_v2, js_name = tests)]
                static TESTS: Object;
            }

            $(#[wasm_bindgen_test]
            async fn $name() {
                run(&TESTS.with(Clone::clone), stringify!($name)).await;
            })+

            #[wasm_bindgen_test]
            fn every_test_is_listed() {
                let listed = [$(stringify!($name)),+];
                let found = TESTS.with(Object::keys);
                let missing: Vec<_> = found.iter().filter_map(|name| name.as_string()).filter(|name| !listed.contains(&name.as_str())).collect();
                assert!(missing.is_empty(), "not run: {missing:?}");
            }
        }
    )+};
}

/// Files that the tests import or start workers from: named, so that they are copied beside them.
macro_rules! copied {
    ($($file:literal => $name:ident)+) => {$(
        #[wasm_bindgen(module = $file)]
        extern "C" {
            #[allow(dead_code, reason = "the file is copied because it is named")]
            fn $name();
        }
    )+};
}

copied! {
    "/tests/web/check.js" => check
    "/tests/web/fixtures/account.js" => account
    "/tests/web/fixtures/broken.js" => broken
    "/tests/web/fixtures/inside.js" => inside
    "/tests/web/fixtures/mute.js" => mute
    "/tests/web/fixtures/unlocked.js" => unlocked
    "/tests/web/fixtures/tasks.js" => tasks
    "/tests/web/fixtures/timeless.js" => timeless
    "/tests/web/fixtures/worker.js" => worker
}

files! {
    "/tests/web/actors.js" => actors {
        state_is_kept_and_calls_run_in_their_order
        futures_are_arguments_and_calls_are_futures
        actors_are_spread_over_the_workers
        errors_are_those_of_the_call_alone
        what_is_no_class_is_refused
        a_constructor_that_throws_fails_the_actor_and_its_calls
        an_actor_goes_with_its_worker
        modules_export_classes
        what_is_shared_by_name_comes_out_as_a_proxy
        tasks_get_proxies_of_what_is_shared_by_name
        what_nobody_holds_is_dropped
    }
    "/tests/web/clients.js" => clients {
        equal_pure_calls_of_two_clients_are_one_task
        a_client_that_comes_later_shares_what_is_there
        a_future_of_one_client_is_an_argument_in_the_other
        cancelling_gives_up_only_the_clients_own_wish
        what_a_client_gave_up_it_can_submit_again_while_the_other_goes_on
        releasing_in_one_client_leaves_the_other_its_result
        closing_one_client_cancels_only_its_futures_and_the_last_ends_the_workers
        an_error_outlives_the_client_that_submitted_the_task
        a_key_belongs_to_all_clients_of_the_workers
        both_get_a_value_that_both_wait_for
        more_clients_than_the_engine_has_ids_for_are_told_apart
        what_is_no_open_client_cannot_be_connected_to
    }
    "/tests/web/carrying.js" => carrying {
        large_data_is_carried_as_a_copy_of_its_kind
        one_buffer_is_carried_once
        what_is_small_or_a_part_or_moved_itself_stays
        so_is_what_has_it_among_a_few_primitives
        what_may_be_elsewhere_too_or_cannot_be_read_stays
        large_data_arrives_as_it_was_and_stays_where_it_is
    }
    "/tests/web/cloning.js" => cloning {
        primitives_are_themselves
        a_copy_does_not_change_with_the_original
        a_copy_is_what_structured_clone_makes
        cycles_and_shared_references_stay
        views_keep_sharing_their_buffer
        a_view_takes_only_its_part_of_the_buffer_along
        shared_memory_stays_shared
        what_cannot_be_copied_is_named_with_its_place
        what_can_be_copied_is_not_refused
        a_visitor_replaces_objects_and_sees_where_they_were
        types_have_names
        sizes_are_exact_for_buffers_and_near_for_the_rest
        sizes_of_containers_are_sums_of_their_parts
        sizing_looks_at_a_thousand_elements_however_many_there_are
    }
    "/tests/web/free-variables.js" => free_variables {
        every_shape_of_function_is_understood
        the_sources_of_this_library_are_understood
        a_long_source_is_understood
    }
    "/tests/web/taking.js" => taking {
        a_taken_result_is_moved_to_the_page
        a_taken_future_is_of_no_more_use
        what_may_not_be_moved_or_is_needed_is_copied
        what_is_made_of_an_input_goes_unless_that_is_needed
        all_futures_of_a_task_may_be_taken
        an_equal_call_of_a_taken_one_makes_its_result_again
        an_equal_call_of_one_that_is_being_taken_gets_its_result_too
        what_is_no_buffer_and_what_fails_is_taken_too
        a_result_that_was_lost_before_it_came_is_made_again_and_taken
        a_client_in_a_task_takes_results_too
    }
    "/tests/web/task-functions.js" => task_functions {
        what_is_no_function_is_refused_at_the_call
        functions_without_a_usable_source_are_refused_at_the_call
        a_function_that_closes_over_a_variable_is_refused_by_name
        a_variable_that_only_the_page_has_fails_the_task_by_name
        functions_of_every_shape_run
        closures_made_anew_are_one_function
        exports_of_a_module_are_tasks
        a_worker_imports_a_module_once
        a_module_that_does_not_load_fails_its_tasks_alone
        a_missing_export_is_named_with_those_that_exist
        a_worker_of_ones_own_exposes_functions
        a_reference_is_neither_a_promise_nor_a_function
    }
    "/tests/web/errors.js" => errors {
        a_custom_error_keeps_class_name_message_cause_fields_and_stack
        built_in_classes_come_back_as_themselves
        what_is_no_error_arrives_as_it_is
        a_rejected_promise_fails_the_task
        dependents_fail_with_the_error_of_the_task_that_threw
        an_argument_that_cannot_be_cloned_is_named_at_the_call
        a_result_that_cannot_be_cloned_fails_its_task_and_is_named
        a_result_that_turns_out_to_be_uncloneable_late_is_told
        a_source_that_is_no_function_in_the_worker_is_an_invalid_task
        a_worker_script_that_does_not_load_fails_everything_soon
        an_error_in_a_timer_of_a_task_disturbs_nothing
        a_scheduler_that_fails_ends_every_task_with_the_reason
    }
    "/tests/web/submitting.js" => submitting {
        a_future_tells_how_its_task_stands
        calls_may_be_submitted_before_the_workers_are_up
        values_of_every_kind_travel_both_ways
        arguments_are_copied_at_the_call
        futures_are_arguments_at_any_depth
        lists_of_futures_may_hold_anything_and_be_long
        results_go_from_worker_to_worker
        equal_pure_calls_are_one_task
        calls_run_in_the_order_in_which_they_were_submitted
        map_ends_with_the_shortest_iterable
        map_takes_constants
        of_a_long_map_workers_begin_with_a_part_unless_it_may_yet_throw
        map_may_go_out_in_batches
        more_than_ten_megabytes_in_a_call_are_named_once
        ten_thousand_calls_at_once
        gather_keeps_the_nesting
        gather_throws_the_first_error_or_skips
        gather_rejects_as_soon_as_one_fails
        scattered_data_is_used_by_many_calls
        scattered_data_is_finished_at_once
        shared_memory_is_shared_with_tasks
        lazy_calls_run_when_they_are_computed
        a_lazy_call_is_one_task_however_often_it_is_used
        lazy_graphs_may_be_deep
        a_task_that_awaits_gives_way
        concurrency_bounds_what_is_under_way
        waiting_for_a_result_may_end_early
        clients_are_apart
    }
    "/tests/web/lifetime.js" => lifetime {
        options_out_of_range_are_refused
        a_client_has_as_many_workers_as_the_machine_unless_told
        released_results_leave_the_page_and_the_workers
        what_is_released_before_it_ran_leaves_nothing_either
        copies_in_other_workers_are_released_too
        a_released_future_is_cancelled
        one_of_two_futures_of_a_task_may_be_released
        using_releases_and_closes
        closing_cancels_what_has_not_finished
        a_closed_client_refuses_every_use
        the_number_of_workers_can_change
        what_happens_can_be_looked_at
    }
    "/tests/web/maps.js" => maps {
        each_task_of_a_map_has_its_own_key_status_and_type
        each_task_of_a_map_has_a_size
        many_futures_released_at_once_are_let_go_in_several_turns
        what_fails_fails_alone
        what_is_cancelled_or_released_leaves_the_others_and_the_stores
        equal_calls_are_one_task_in_a_map_between_maps_and_between_clients
        those_that_are_waited_for_settle_one_by_one
        arguments_are_copied_and_futures_among_them_are_resolved
        one_future_far_back_changes_nothing_for_those_before_it
        what_is_no_more_than_a_number_comes_back_as_it_was
        arguments_of_all_kinds_go_out_together_and_stay_as_they_are
        those_handed_out_ahead_can_be_cancelled_and_the_others_go_on
        a_large_result_is_asked_for
    }
    "/tests/web/ready.js" => ready {
        they_come_in_order_with_their_values
        what_is_taken_out_does_not_come_and_the_others_do
    }
    "/tests/web/vigil.js" => vigil {
        a_worker_is_awake_when_orders_come_soon_one_by_one
        a_worker_that_was_awake_in_vain_is_so_less_and_less_often
        a_time_in_vain_is_forgiven_after_many_orders_that_found_it_awake
        a_message_that_asks_for_no_task_does_not_count_as_in_vain
    }
    "/tests/web/nesting.js" => nesting {
        a_task_submits_tasks_and_gets_their_results
        depth_blocks_nothing_on_one_worker
        equal_calls_of_different_tasks_and_of_the_page_are_one_task
        errors_arrive_in_the_task_and_pass_through_it
        cancelling_a_task_ends_what_it_submitted
        a_subtask_is_cancelled_released_and_retried_inside
        values_of_the_same_worker_do_not_visit_the_page
        values_of_another_worker_come_from_there
        scatter_compute_as_completed_and_delayed_work_in_a_task
        equal_data_scattered_twice_in_a_task_is_there_until_both_are_released
        a_client_asked_for_after_an_await_is_for_all_that_are_under_way
        what_a_task_fires_and_forgets_goes_on_without_it
        an_actor_is_made_and_called_in_a_task
        futures_are_no_result_but_one_alone_is_awaited
        what_a_dead_worker_has_submitted_is_submitted_again_by_its_successor
        what_a_client_in_a_task_cannot_do_it_says
    }
    "/tests/web/options.js" => options {
        options_are_checked_when_they_are_given
        a_key_of_ones_own_names_the_task
        a_key_that_another_call_holds_is_refused
        keys_of_many_calls_are_a_prefix_or_a_list
        impure_calls_are_tasks_of_their_own
        options_add_up
        higher_priorities_run_first
        what_is_urgent_begins_first_though_its_function_and_its_options_are_new
        calls_run_where_they_may
        resources_bound_what_runs_at_once
        what_fails_is_tried_again
        results_that_may_be_transferred_are_moved_to_the_worker_that_needs_them
        a_result_that_a_call_waits_with_is_not_moved_away_by_one_that_was_given_up
    }
    "/tests/web/peers.js" => peers {
        who_needs_a_result_asks_once_for_all_who_wait
        what_the_page_has_asked_for_is_not_asked_for_again
        a_reply_may_come_before_it_is_expected
        what_was_expected_and_is_not_needed_is_let_go
        the_page_asks_as_the_other_worker_would
        what_is_small_goes_together
        when_the_other_is_gone_nobody_waits_for_it
    }
    "/tests/web/data.js" => data {
        data_whose_worker_died_is_sent_again_from_the_page
        data_is_lost_only_if_the_page_has_no_copy
        lost_data_that_is_scattered_again_is_data_again
        equal_data_is_one_task_unless_told_otherwise
        data_that_was_just_released_can_be_scattered_again
        data_can_have_keys_of_ones_own
        misuse_of_scatter_is_refused
        what_is_of_a_class_is_one_piece
        data_is_moved_that_the_page_gives_away
        data_is_copied_to_all_workers_or_some
        data_lies_where_it_may
        shared_memory_is_scattered_without_a_copy
        results_are_copied_on_request
        a_copy_survives_the_death_of_the_worker_that_made_it
        stored_bytes_are_evened_out
        the_scheduler_tells_how_its_workers_stand
    }
    "/tests/web/memory-limit.js" => memory_limit {
        results_used_longest_ago_go_to_disk_and_come_back
        results_on_disk_go_to_other_workers_and_are_made_again_if_their_worker_dies
        files_are_removed_when_they_are_not_needed_any_more
        what_can_never_fit_is_told
        a_full_worker_gets_nothing_while_another_has_room
        values_come_back_from_bytes_as_they_were
        places_on_disk_are_used_again
    }
    "/tests/web/deaths.js" => deaths {
        a_worker_that_closed_itself_is_replaced
        a_worker_that_was_killed_is_missed
        a_worker_that_is_killed_as_soon_as_it_has_said_hello_is_missed
        a_spare_that_was_killed_is_replaced
        spares_that_die_again_and_again_are_given_up
        a_tree_is_added_up_while_workers_die
    }
    "/tests/web/unreadable.js" => unreadable {
        an_argument_that_no_worker_can_read_fails_its_task_alone
        a_result_that_the_page_has_no_room_for_fails_its_task_alone
        a_large_value_that_the_page_has_no_room_for_is_not_asked_for_again
        a_worker_that_could_not_read_a_message_is_replaced
        a_worker_that_had_no_memory_for_a_message_is_replaced
        a_worker_whose_message_could_not_be_read_is_replaced
    }
    "/tests/web/exhaustion.js" => exhaustion {
        a_task_that_runs_out_of_memory_fails_alone
        a_task_whose_wasm_memory_cannot_grow_fails_alone
        a_task_that_runs_out_of_stack_fails_alone
    }
    "/tests/web/without-timers.js" => without_timers {
        work_is_submitted_done_and_gathered_without_timers
        tasks_submit_tasks_and_wait_for_locks_without_timers
        what_has_not_begun_is_cancelled_without_timers
        workers_that_die_are_replaced_without_timers
    }
    "/tests/web/killing.js" => killing {
        a_tree_is_added_up_while_workers_are_killed_at_random
    }
    "/tests/web/stopping.js" => stopping {
        an_endless_loop_is_stopped
        what_has_not_begun_never_runs
        what_depends_on_it_is_cancelled_with_the_reason
        an_async_task_that_is_cancelled_gives_its_slot_back
        a_cancelled_call_can_be_submitted_again
        what_failed_is_tried_again_on_request
        callbacks_are_called_once
        a_cancelled_future_is_refused_as_an_argument
    }
    "/tests/web/calls.js" => calls {
        run_calls_every_worker_once
        run_is_answered_while_a_task_awaits
        errors_of_run_are_thrown_or_returned
    }
    "/tests/web/coordination.js" => coordination {
        a_lock_is_had_by_one_at_a_time_in_order
        who_stops_waiting_loses_its_place_and_nothing_else
        a_semaphore_has_so_many_leases_and_those_of_the_closed_return
        an_event_lets_all_pass
        a_variable_is_waited_for_and_copied
        a_queue_gives_in_order_and_waits_when_it_is_full
        what_is_shared_keeps_its_futures_alive
        datasets_outlive_who_published_them
        what_is_given_up_comes_out_as_cancelled
    }
    "/tests/web/coordination-in-tasks.js" => coordination_in_tasks {
        a_counter_under_a_lock_is_exact
        producers_and_a_consumer_share_a_queue_on_one_worker
        a_semaphore_bounds_what_is_under_way
        an_event_of_the_page_wakes_a_task
        leases_return_when_a_task_ends_is_cancelled_or_dies
        what_a_task_has_shared_outlives_it
        a_task_gets_futures_of_its_own
        who_stops_waiting_in_a_task_loses_its_place_and_nothing_else
        errors_and_datasets_are_those_of_the_page
    }
    "/tests/web/sizing.js" => sizing {
        tasks_without_any_worker_wait_and_say_so
        why_a_task_waits_is_told
        waiting_for_workers_ends_when_they_are_there_or_time_is_up
        fewer_workers_keep_every_result
        a_worker_is_retired_by_name_and_blames_nobody
        a_restart_forgets_everything_and_is_usable_at_once
        the_number_of_workers_follows_the_work
        a_closed_client_has_no_workers_to_tell
    }
    "/tests/web/limits.js" => limits {
        limits_are_checked_when_they_are_given
        a_synchronous_task_that_lasts_too_long_is_stopped
        an_async_task_that_lasts_too_long_fails
        time_before_a_task_begins_does_not_count
        a_client_has_a_timeout_for_all_its_tasks
        what_lasts_too_long_is_tried_again
        a_deadline_counts_from_the_call
        times_longer_than_timers_are_kept
        an_aborted_signal_cancels_what_is_pending
        what_others_want_outlives_a_signal
        under_an_aborted_signal_nothing_is_submitted
    }
    "/tests/web/context.js" => context {
        a_task_knows_its_worker
        outside_a_task_there_is_none
        a_cancelled_async_task_is_told_by_its_signal
        a_task_may_ask_to_be_placed_anew
        a_cancelled_task_that_falls_into_a_loop_is_ended
        an_async_task_that_computes_without_end_is_stopped
    }
    "/tests/web/faults.js" => faults {
        fault_1_a_worker_script_that_is_not_there
        fault_2_a_task_that_throws_an_error_of_its_own
        fault_3_a_task_that_throws_no_error
        fault_4_a_result_that_cannot_be_cloned
        fault_5_an_error_in_a_timer_while_a_task_waits
        fault_6_a_worker_that_closes_itself
        fault_7_an_endless_loop_that_is_cancelled
        fault_8_a_queued_task_that_is_cancelled
        a_worker_that_never_says_hello_is_given_up
        workers_that_die_again_and_again_are_given_up
        a_worker_without_locks_is_missed_when_it_does_not_answer
        a_trap_of_a_tasks_own_wasm_is_its_error
        a_worker_that_was_ended_is_replaced_by_a_spare
        many_endless_loops_in_a_row_leave_a_healthy_pool
    }
    "/tests/web/forgetting.js" => forgetting {
        work_that_was_fired_and_forgotten_is_done
        only_force_stops_what_was_forgotten
        what_runs_may_be_left_alone_by_cancel
        work_that_is_dropped_before_it_begins_is_told_once
        what_is_dropped_of_a_map_before_it_begins_is_told_too
        what_is_dropped_of_a_map_that_runs_or_is_done_is_not_told
        ten_thousand_futures_are_released_in_one_turn
        one_timer_at_a_time_waits_for_what_is_left_to_be_released
        an_error_in_a_callback_is_reported
    }
    "/tests/web/traffic.js" => traffic {
        a_tree_needs_few_of_its_leaves_in_another_worker
        what_is_added_pairwise_is_hardly_copied_between_workers
        calls_that_follow_one_by_one_from_results_share_messages
        a_lone_call_takes_two_messages_and_its_release_none
        an_array_that_comes_back_goes_with_the_report
        ten_thousand_calls_take_few_messages_words_and_crossings
        only_a_task_with_a_timeout_says_that_it_begins
    }
    "/tests/web/waiting.js" => waiting {
        wait_tells_when_all_are_done
        wait_can_end_with_the_first
        wait_refuses_what_is_no_list_of_futures
        as_completed_yields_in_the_order_of_completion
        as_completed_takes_more_while_it_runs
        as_completed_yields_a_future_as_often_as_it_was_added
        as_completed_yields_results_and_errors
        as_completed_gives_batches_and_counts
        as_completed_may_run_out_of_time
        what_is_cancelled_is_yielded_too
        futures_are_promises_to_the_language
        progress_shows_how_futures_stand
    }
    "/tests/web/misuse.js" => misuse {
        a_result_that_throws_when_it_is_read_fails_its_task
        an_error_that_throws_when_it_is_read_arrives_all_the_same
        a_future_released_while_somebody_waits_ends_the_wait
        a_future_released_before_its_dependents_are_done_ends_the_wait
        one_call_submitted_often_is_released_as_often
        calls_with_inputs_too_large_to_compare_are_not_equal
        a_lazy_call_may_have_very_many_inputs
        what_is_nested_too_deep_is_refused_or_fails_its_task
        a_client_closed_while_its_arguments_are_read_refuses_them
        map_ends_the_iterators_that_it_leaves
        several_readers_of_as_completed_get_all
        an_error_does_not_take_along_what_was_ready_before_it
        what_create_worker_returns_is_looked_at
        ready_waits_for_the_workers_of_a_larger_scale
        messages_that_are_not_ours_are_let_pass
        a_worker_that_says_what_no_worker_says_is_ended
        shared_memory_is_refused_by_name_where_it_cannot_be_shared
        a_story_of_nothing_is_refused
    }
    "/tests/web/conformance/submitting.js" => conformance_submitting {
        test_submit
        test_map
        test_map_empty
        test_map_different_lengths
        test_map_keynames
        test_submit_naming
        test_map_naming
        test_custom_key_with_batches
        test_submit_quotes
        test_submit_list_kwargs
        test_resolves_future_in_dict
        test_map_accepts_nested_futures
        test_avoid_delayed_finalize
        test_compute_nested_containers
        test_tokenize_on_futures
    }
    "/tests/web/conformance/failing.js" => conformance_failing {
        test_exception_on_exception
        test_errors_dont_block
        test_future_exception
        test_traceback
        test_gather
        test_gather_strict
        test_gather_skip
        test_map_retries
        test_compute_retries
        test_retry_dependencies
        test_robust_unserializable
        test_badly_serialized_exceptions
    }
    "/tests/web/conformance/lifetime.js" => conformance_lifetime {
        test_gc
        test_recompute_released_key
        test_cancel
        test_cancel_before_known_to_scheduler
        test_futures_of_cancelled_raises
        test_submit_on_cancelled_future
        test_abort_execution_add_as_dependency
    }
    "/tests/web/conformance/waiting.js" => conformance_waiting {
        test_wait
        test_wait_first_completed
        test_wait_timeout
        test_as_completed_add
        test_as_completed_update
        test_as_completed_repeats
        test_as_completed_cancel
        test_as_completed_error
        test_as_completed_with_results
        test_as_completed_with_results_no_raise
        test_as_completed_batches
        test_as_completed_next_batch
        test_clear
        test_as_completed_timeout
        test_add_done_callback
    }
    "/tests/web/conformance/data.js" => conformance_data {
        test_scatter_types
        test_scatter_collection_subclass
        test_gather_then_submit_after_failed_workers
        test_bad_tasks_fail
    }
}
